"""Reading what nobody wants any more."""


class Nobody:
    """Takes what nobody wants to read."""

    poll = None


def discard(client, limit=0x40000):
    """Read what is left of the open message or listing; more than ``limit`` bytes close the client.

    Returns how many bytes that were.
    """
    if client.open:
        mode = client.mode
        client.select(Nobody(), client.open)
        client.mode = mode
    try:
        while client.open:
            if client.received > limit:
                client.close()
            elif client.open == 1:
                if client.decode() is None:
                    client._fill()
            else:
                line = client.line()
                if line is None:
                    client._fill()
                elif line == b".":
                    client.open = 0
    except BaseException as error:
        client._failed(error)
    found = client.received
    client.select(None)
    client.flush()
    return found
