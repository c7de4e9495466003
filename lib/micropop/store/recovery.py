"""Mails on flash that are not in the record: the power went before they were, or the record was damaged."""

from binascii import unhexlify

from .copy import Head, mark_of
from .mails import mails
from .record import NOBODY, STORED, Entry
from .upkeep import sum_of


def adopt(record):
    """Give each of them an entry. Nobody knows whose mailbox it is from: the poll that meets its UID finds out."""
    for mail in mails(record.folder, record.serial):
        head = Head()
        with open(mail.path, "rb") as file:
            while not head.over:
                data = file.read(256)
                if not data:
                    break
                head.take(data)
        entry = Entry(unhexlify(mail.id) + NOBODY, STORED)
        entry.serial = mail.serial
        entry.head = mark_of(head.digest())
        entry.sum = sum_of(mail.path)
        record.add(entry, False)
    record.sync()
