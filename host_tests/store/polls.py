"""Polls of a mailbox in memory, on CPython."""

import os

import micropop
from micropop.store import Store

from host_tests.store.mailbox import Mailbox, mail


def mails(count, size=300):
    """So many mails, no two of them the same, with the UIDs uid-1, uid-2, ..."""
    return [(b"uid-%d" % n, mail(f"mail {n}", size)) for n in range(1, count + 1)]


def session(mailbox, user="mrose", payload=256):
    """A client, logged in."""
    client = micropop.Client(mailbox.connect(), micropop.PacketPool(payload, 2))
    client.login(user, "secret", method="USER")
    return client


def poll(store, mailbox, user="mrose", **options):
    """One poll to its end; returns the mails that it stored."""
    mailbox.asked.clear()
    mailbox.retrieved.clear()
    client = session(mailbox, user)
    stored = list(store.fetch(client, **options))
    client.quit()
    return stored


class Look:
    """What came of a poll that may fail: the texts that it stored, and the error or None."""

    def __init__(self, store, mailbox, **options):
        self.texts = []
        self.error = None
        mailbox.asked.clear()
        mailbox.retrieved.clear()
        try:
            with session(mailbox) as client:
                for stored in store.fetch(client, **options):
                    self.texts.append(content(stored))
                client.quit()
        except micropop.Error as error:
            self.error = error


def content(stored):
    """The text of a mail on flash."""
    with open(stored.path, "rb") as file:
        return file.read()


def texts(store):
    """The texts of all mails on flash, oldest first."""
    return [content(stored) for stored in store.mails()]


def given(store):
    """The texts of the mails that are pending; they count as given then."""
    return [content(stored) for stored in store.pending()]


def record(folder):
    """The names of the record's files, and their sizes together."""
    names = [name for name in os.listdir(folder) if name.startswith("seen")]
    return names, sum(os.path.getsize(f"{folder}/{name}") for name in names)


__all__ = ["Look", "Mailbox", "Store", "content", "given", "mail", "mails", "poll", "record", "session", "texts"]
