"""Mails on flash that are not in the record: the power went before they were, or the record was damaged."""

from binascii import unhexlify

from .entry import STORED, Entry
from .head import ENOUGH, hashed, mark_of
from .log import append
from .mails import mails
from .table import NOBODY
from .upkeep import sum_of


def adopt(folder, found):
    """Give each of them an entry. Nobody knows whose mailbox it is from: the poll that meets its UID finds out."""
    for mail in mails(folder, found.serial):
        with open(mail.path, "rb") as file:
            start = file.read(ENOUGH)
        entry = Entry(unhexlify(mail.id) + NOBODY, STORED)
        entry.serial = found.serial = mail.serial
        entry.head = mark_of(hashed(start))
        entry.sum = sum_of(mail.path)
        append(found.path, entry.pack())
    found.untidy = True
