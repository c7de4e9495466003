"""Telling of the mails that came: a line in the log for each, with who it is from and what it is about.

When the session is over: a header is read by code that would not fit into a small board's memory beside it.
"""

from micropop.memory import forgetting


def tell(watch):
    """Log the mails that were stored and not logged yet. Raises StoreError."""
    store = watch.store
    if watch.logged is None:
        with forgetting():
            watch.logged = told(store)
    for mail in store.mails(watch.logged):
        watch.feed()
        text = "%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part")
        watch.log(text + about(watch, mail.path))
        watch.logged = mail.serial


def told(store):
    """The serial number of the mail behind which those begin that a power cut may have kept from the log."""
    pending = store.pending()
    mail = next(pending, None)
    pending.close()
    if mail:
        return mail.serial - 1
    number = 0
    for mail in store.mails():
        number = mail.serial
    return number


def about(watch, path):
    """Sender and subject of a mail, for its line. Where memory is short, or the file odd, the line says less."""
    try:
        with forgetting(), forgetting("watcher"):
            from .about import about

            return about(path, watch.mailbox.step)
    except Exception:
        return ""
