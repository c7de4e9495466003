"""The root of all errors."""

STAYS = True  # see memory.py


class Error(Exception):
    """Everything that micropop raises.

    ``status``: the NetX code. ``fatal``: the client was closed, its packets are back in the pool; connect again.
    ``retry``: the same may work later.
    """

    status = 0xB4
    fatal = False
    retry = False
