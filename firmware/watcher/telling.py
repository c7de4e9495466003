"""Telling of a mail that came."""


def tell(watch, mail):
    """Log that a mail is stored, once. Before a power cut it may have come, and not have been told of: such mails are
    given to the program when newer ones were told of already."""
    serial = mail.serial
    new = serial > watch.logged
    if new or watch.caught_up < serial < watch.since:
        watch.log("%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part"))
        if new:
            watch.logged = serial
            watch.since = watch.since or serial
        else:
            watch.caught_up = serial
