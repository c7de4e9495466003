"""Asking a time server on CircuitPython, which has no module for that: RFC 5905, the little that clients need."""

import time

import rtc
import socketpool
import wifi

_TIMEOUT = 3  # seconds: nothing can feed a watchdog meanwhile
_EPOCH = 2208988800  # seconds from 1900, where NTP begins to count, to 1970
_ERA = 1 << 32  # its count begins anew in 2036


def ask(host):
    """Set the board's clock from a time server. Raises OSError."""
    pool = socketpool.SocketPool(wifi.radio)
    packet = bytearray(48)
    packet[0] = 0x23  # version 4, from a client
    address = pool.getaddrinfo(host, 123)[0][4]
    with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as sock:
        sock.settimeout(_TIMEOUT)
        sock.sendto(packet, address)
        n = sock.recv_into(packet)
    seconds = int.from_bytes(packet[40:44], "big")
    if n < 48 or packet[0] & 7 != 4 or not seconds:
        raise OSError("not an answer of a time server")
    if seconds < _EPOCH:
        seconds += _ERA
    rtc.RTC().datetime = time.localtime(seconds - _EPOCH)
