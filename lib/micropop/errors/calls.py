"""The errors of calls that cannot work as they were made, or met a limit; the session goes on."""

from .root import Error

STAYS = True  # see memory.py


class PoolEmpty(Error):
    """No packet is free (NX_NO_PACKET)."""

    status = 0x01
    retry = True


class PayloadTooSmall(Error):
    """It does not fit into a packet (NX_POP3_INSUFFICIENT_PACKET_PAYLOAD)."""

    status = 0xB6


class InvalidState(Error):
    """Not now: the wrong state of RFC 1939, or a reply is still being read (NX_POP3_CLIENT_INVALID_STATE)."""

    status = 0xB7


class InvalidIndex(Error):
    """No mail can have that number (NX_POP3_CLIENT_INVALID_INDEX, NX_POP3_INVALID_MAIL_ITEM)."""

    status = 0xB8


class InvalidArgument(Error):
    """An argument that must not or cannot be sent (NX_POP3_PARAM_ERROR)."""

    status = 0xB1


class CleartextRefused(Error):
    """Only a password in clear would get in, and that was not allowed."""

    status = 0xB3


class LimitExceeded(Error):
    """The mail is longer than the caller allowed (NX_POP3_MAIL_BUFFER_OVERFLOW)."""

    status = 0xB5
