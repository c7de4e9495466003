"""What cannot be done with a packet or a pool, and why. Loaded when it was tried."""

from ..errors.problems import problem


def unfit(packet):
    """Raise the error for a packet that is not its caller's own, or for data that do not fit it; None: for a pool that
    cannot be made."""
    if packet is None:
        raise problem("pool")
    if packet.holder is None:
        raise problem("release")
    if packet.holder is not True:
        raise problem("lent")
    raise problem("size", packet.pool.payload_size)
