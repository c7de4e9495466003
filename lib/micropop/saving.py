"""Writing a mail to a stream."""

from time import sleep

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from .clock import ticks_diff, ticks_ms


def save(message, stream, progress, limit):
    """See ``Message.save()``."""
    begin(message, limit)
    saved = 0
    inside = Inside(message)
    while True:
        packet = message._some()
        if packet is None:
            return saved
        left = packet.length
        while left:
            with inside:
                n = put(stream, packet.data, message._client.timeout)
            saved += n
            left -= n
            if left:
                rest(message, packet, n)
        if progress:
            with inside:
                progress(message.received, message.octets)


def begin(message, limit):
    """A save begins, with a limit or None."""
    if limit is not None:
        message.limit = limit
        message.fast = False
        message.room = None
    message.back()


def rest(message, packet, n):
    """The stream took ``n`` bytes of a packet, and not the rest."""
    message.room = None  # for full packets only
    packet.span(packet.start + n, packet.end)


def put(stream, data, patience):
    """How many bytes of ``data`` the stream took, after at most ``patience`` milliseconds. Raises Timeout."""
    start = ticks_ms()
    while True:
        n = stream.write(data)
        if n and n > 0:
            return min(n, len(data))  # some count what they made of it
        if ticks_diff(ticks_ms(), start) >= patience:
            from .errors.problems import problem

            raise problem("stream", patience)
        sleep(0.01)


class Inside:
    """While a function of the program's runs, nobody else may use the session; ``close()`` ends it."""

    def __init__(self, message):
        self.message = message
        self.session = message.session
        self.room = None

    def __enter__(self):
        self.room = self.message.room
        self.message.room = None
        self.session.busy = True

    def __exit__(self, kind, *_):
        self.session.busy = False
        if kind is not None:
            self.message.give_again()
        elif self.session.state == "CLOSED":
            self.session.need()
        else:
            self.message.room = self.room
