"""Writing a mail to a stream, which may be asynchronous."""

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from ..clock import ticks_diff, ticks_ms

from ..saving import Inside, begin, rest

_PAUSE = 10  # milliseconds, where the stream takes nothing


async def save(message, stream, progress, limit):
    """See ``AsyncMessage.save()``."""
    client = message._client
    begin(message, limit)
    saved = 0
    inside = Inside(message)
    while True:
        packet = await message._some()
        if packet is None:
            return saved
        left = packet.length
        while left:
            with inside:
                n = await put(stream, packet.data, client.timeout, client._waiting.sleep)
            saved += n
            left -= n
            if left:
                rest(message, packet, n)
        if progress:
            with inside:
                await finished(progress(message.received, message.octets))


async def put(stream, data, patience, sleep):
    """How many bytes of ``data`` the stream took, after at most ``patience`` milliseconds. Raises Timeout.

    :param sleep: makes what is awaited for some milliseconds
    """
    if hasattr(stream, "drain"):
        await finished(stream.write(bytes(data)))  # CPython's keeps what it is given, and a packet is filled again
        await stream.drain()
        return len(data)
    start = ticks_ms()
    while True:
        n = await finished(stream.write(data))
        if n and n > 0:
            return min(n, len(data))
        if ticks_diff(ticks_ms(), start) >= patience:
            from ..errors.problems import problem

            raise problem("stream", patience)
        await sleep(_PAUSE)


async def finished(value):
    """What a function returned, or, if it is asynchronous, what comes of that."""
    if hasattr(value, "send") or hasattr(value, "__await__"):
        return await value
    return value
