"""Runs after boot.py: the mail watcher, until Ctrl-C."""

from watcher.watch import run

run()
