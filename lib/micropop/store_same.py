"""Whether a mail on the server is one on flash: RFC 1939 lets servers give the UID of a deleted mail to another."""

from binascii import hexlify

from .errors import ServerError
from .flash import names
from .store_files import serial


def same(client, number, folder, key):
    """The name of the mail on flash with ``key`` that the server's mail ``number`` is, or ``""``.

    Its header tells, or all of it where the server has no TOP.
    """
    key = hexlify(key).decode()
    for name in names(folder):
        if serial(name) and name[9:23] == key and alike(client, number, folder + "/" + name):
            return name
    return ""


def alike(client, number, path):
    try:
        message = client.top(number, 0)
    except ServerError:
        message = client.retrieve(number)
    equal = True
    with message, open(path, "rb") as file:
        for packet in message:  # to the end: discarding a long rest would close the client
            here = file.read(packet.length)
            data = bytes(packet.data)
            if here != data[: len(here)] or data[len(here) :].strip():  # servers may add an empty line
                equal = False
    return equal
