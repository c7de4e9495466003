"""Packets that a message lent, and what else may become of them."""


def readinto(message, buf):
    """Copy the next bytes of a message into ``buf``; returns how many, 0 at the end."""
    packet = message.input
    if packet is None:
        for packet in message:
            if packet.length:
                break
        else:
            return 0
    elif message.client.message is not message:  # the packet is somebody else's by now
        from .errors.problems import problem

        raise problem("end")
    n = min(len(buf), packet.length)
    buf[:n] = packet.data[:n]
    packet.start += n
    message.input = packet if packet.length else None
    message.buf = None
    return n


def keep(session, packet):
    """The caller keeps the packet that ``session`` lent; bytes behind its data move to another. Raises PoolEmpty, and
    InvalidState if it is in the pool."""
    if session is None:
        from .errors.problems import problem

        raise problem("release")
    length = session.stop - session.head
    if length:
        session.input = session.pool.allocate()
        session.input.state = session
        session.copy(session.input.index, session.head, length)
        session.head = session.input.index
        session.stop = session.head + length
    else:
        session.input = None
    if session.message is not None:
        session.message.buf = None
    packet.state = True
