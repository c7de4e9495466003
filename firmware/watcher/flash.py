"""The mails on the flash: given to the user's program, and removed when there are too many."""


def hand_out(watch):
    """Give the user's program the mails that it did not get yet, and remove the oldest. Raises StoreError."""
    hand_over = None
    for mail in watch.store.pending():
        watch.feed()
        if hand_over is None:
            from .user import hand_over
        hand_over(mail, watch.store.folder, watch.log)
    if watch.settings["KEEP"]:
        watch.store.prune(watch.settings["KEEP"])


def make_room(watch):
    """Remove the older half of the mails, if the settings allow that. Returns how many went."""
    gone = 0
    keep = watch.settings["KEEP"]
    while keep > 1 and not gone:
        keep //= 2
        gone = watch.store.prune(keep)
    return gone
