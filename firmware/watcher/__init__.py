"""The mail watcher: a board that looks for mail, keeps it, and goes on doing so for months."""
