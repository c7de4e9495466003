"""Whether a mail on the server is one on flash: RFC 1939 lets servers give the UID of a deleted mail to another."""

import os
from binascii import hexlify

from .errors import ServerError
from .flash import names
from .store_files import serial


def same(client, number, folder, key):
    """The name of a mail with ``key`` that has the header of the server's mail ``number``, or its size; else ``""``."""
    key = hexlify(key).decode()
    for name in names(folder):
        if serial(name) and name[9:23] == key and alike(client, number, folder + "/" + name):
            return name
    return ""


def alike(client, number, path):
    try:
        message = client.top(number, 0)
    except ServerError:
        return client.size(number) == os.stat(path)[6]
    with message, open(path, "rb") as file:
        for packet in message:
            here = file.read(packet.length)
            n = len(here)
            data = bytes(packet.data)
            if here != data[:n] or data[n:].strip():  # servers may add an empty line
                return False
    return True
