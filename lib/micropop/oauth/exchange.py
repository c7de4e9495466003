"""One request and its answer over TLS, through one packet."""

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from ..clock import ticks_diff, ticks_ms


class Exchange:
    """What is sent, and what comes.

    :param transport: see ``client.py``
    :param Packet packet: an empty one; what passed through it is wiped when it goes back to its pool
    :param float timeout: seconds for the request, the handshake of TLS with it, and as many for the answer
    :param idle: called about every half second while waiting
    """

    def __init__(self, transport, packet, timeout, idle):
        self.transport = transport
        self.packet = packet
        self.idle = idle
        self.timeout = int(timeout * 1000)
        self.first = packet.start
        self.begun = ticks_ms()
        packet.secret = True

    def put(self, data):
        """Send ``data``, perhaps with the next."""
        packet = self.packet
        size = packet.pool.payload_size
        while data:
            room = size - packet.length
            packet.append(data[:room])
            data = data[room:]
            if packet.length == size:
                self.flush()

    def flush(self):
        """Send what is still in the packet."""
        data = self.packet.data
        while data:
            data = data[self.move(self.transport.write, data, True) :]
        self.packet.span(self.first, self.first)

    def answer(self, feed):
        """Read on until ``feed(data, at, end)`` says True, or the server closes.

        :returns bool: whether ``feed`` said so
        """
        self.begun = ticks_ms()
        memory = self.packet.pool.memory
        while True:
            n = self.move(self.transport.readinto, self.packet.room, False)
            if not n or feed(memory, self.first, self.first + n):
                return n > 0

    def move(self, function, data, writing):
        # how many bytes `function` moved, after waiting until it could
        try:
            while True:
                n = function(data)
                if ticks_diff(ticks_ms(), self.begun) > self.timeout:
                    from ..errors.problems import problem

                    raise problem("timeout", self.timeout)
                if n is not None:
                    return n
                if self.idle:
                    self.idle()
                self.transport.wait(writing, 500)
        except (OSError, ValueError) as error:
            from ..errors.problems import explain

            cause = explain(error, self.transport)
        raise cause
