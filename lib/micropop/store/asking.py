"""A mail's header, from the server."""

import time

from .head import ENOUGH, hashed

_REST = 0x100000  # octets of what is more than a header, that are read and thrown away ...
_PATIENCE = 300  # ... and seconds


def head_of(client, number):
    """The hash of the header of mail ``number``, by TOP. Raises what the client raises."""
    start = b""
    begun = time.time()
    with client.top(number, 0) as message:
        for packet in message:
            if len(start) < ENOUGH:
                start += bytes(packet.data[: ENOUGH - len(start)])
            elif message.received > _REST or not 0 <= time.time() - begun <= _PATIENCE:
                break
    return hashed(start)
