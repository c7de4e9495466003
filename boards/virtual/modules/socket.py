"""Sockets as the firmware has them, on a network that is there only while the Wi-Fi is."""

from _board import link
from usocket import *
from usocket import getaddrinfo as _getaddrinfo


def getaddrinfo(host, port, af=0, type=0, proto=0, flags=0):
    """The address at which the radio answers for that host. Raises OSError as a board does: no Wi-Fi, no such name."""
    if not isinstance(host, str):
        host = str(host, "utf-8")
    word, number = link.ask("resolve %s %d" % (host.replace(" ", "") or "-", port)).split()
    if word != "port":
        raise OSError(int(number))
    return _getaddrinfo("127.0.0.1", int(number), AF_INET, type or SOCK_STREAM)
