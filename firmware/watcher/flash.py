"""The mails on the flash: logged, given to the user's program, and removed when there are too many."""

from micropop.memory import forgetting

from .trouble import BUG


def hand_out(watch):
    """Log the mails that came, and ``give()`` them, whether that can be logged or not. Raises StoreError."""
    failed = None
    try:
        with forgetting(), forgetting("watcher"):
            tell(watch)
    except Exception as error:
        failed = error
    blinks = give(watch)
    if failed:
        raise failed
    return blinks


def tell(watch):
    from .telling import tell

    tell(watch)


def give(watch):
    """Give the user's program the mails that it did not get yet, and remove the oldest. Raises StoreError.

    Returns what the LED is to show: the mails wait where the program cannot be called.
    """
    store = watch.store
    program = user = None
    for mail in store.pending():
        watch.feed()
        if user is None:
            from . import user

            try:
                program = user.load()
            except Exception as error:
                watch.log("on_mail.py cannot be called, the mails wait:\n" + user.traceback_of(error))
                return BUG
        if program:
            user.hand_over(program, mail, store.folder, watch.log)
    if watch.settings["KEEP"]:
        store.prune(watch.settings["KEEP"])
    return 0


def make_room(watch):
    """Remove the older half of the mails, if the settings allow that. Returns how many went."""
    gone = 0
    keep = watch.settings["KEEP"]
    while keep > 1 and not gone:
        keep //= 2
        gone = watch.store.prune(keep)
    return gone
