"""Telling of a mail that came."""


def tell(watch, mail):
    """Log that a mail is stored, once. Before a power cut it may have come, and not have been told of."""
    if mail.serial > watch.logged:
        watch.logged = mail.serial
        watch.log("%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part"))
