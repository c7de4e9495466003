"""Runs on the board instead of main.py: the watcher, without the pauses between its looks."""

import gc
import sys

import micropop
import watcher
from watcher.watch import Watch

_ROOM = 16  # modules


def soak(looks):
    """Look for mail so many times. After each look: its number, what the LED shows, and the heap that is free."""
    make_room()
    watch = Watch()
    watch.start("/settings.toml")
    for number in range(looks):
        _, blinks = watch.look()
        watch.rest(0.1 if blinks else 0, blinks)
        gc.collect()
        print("look", number, blinks, gc.mem_free())
    watch.release()


def make_room():
    """Let the tables of modules grow now, and not in the first look in which more are loaded at a time than ever."""
    names = [f"m{n}" for n in range(_ROOM)]
    for name in names:
        sys.modules[name] = None
        for package in (micropop, watcher):
            setattr(package, name, None)
    for name in names:
        del sys.modules[name]
        for package in (micropop, watcher):
            delattr(package, name)


def on_mail(mail):
    """What the user's program would do with a mail."""
    print("mail", int(mail.path.rsplit("/", 1)[1].split("-")[0]), mail.size)
