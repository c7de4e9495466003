"""Runs on the board instead of main.py: the watcher, without the pauses between its looks."""

import gc

from watcher.watch import Watch


def soak(looks):
    """Look for mail so many times. After each look: its number, what the LED shows, and the heap that is free."""
    watch = Watch()
    watch.start("/settings.toml")
    for number in range(looks):
        _, blinks = watch.look()
        watch.rest(0.1 if blinks else 0, blinks)
        gc.collect()
        print("look", number, blinks, gc.mem_free())
    watch.release()


def on_mail(mail):
    """What the user's program would do with a mail."""
    print("mail", mail.id, mail.size)
