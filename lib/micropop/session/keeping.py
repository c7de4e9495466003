"""A packet that a session lent leaves it."""

from .body import move


def remove(session, packet, kept):
    """See ``Session.remove()``: bytes that lie unread in a packet that is kept move to another."""
    if getattr(session.op, "room", None) is not None:
        session.op.room = None
    if not kept:
        packet.span(packet.index, packet.index)
        return
    pool = session.pool
    length = session.stop - session.head
    fresh = None
    if length:
        fresh = pool.allocate()
        fresh.holder = session
        move(pool, fresh.index, session.head, length)
        session.head = fresh.index
        session.stop = session.head + length
    session.inbox = fresh
