"""One request and its answer over TLS, through one packet."""

import sys

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from ..clock import ticks_diff, ticks_ms


def opened(host, port, ssl_context, ca, timeout, idle, radio):
    """A transport to the server, under TLS that checks its certificate; the parameters are those of ``connect()``."""
    platform = "micropop.transport." + ("circuitpython" if radio is not None else sys.implementation.name)
    dial = __import__(platform, None, None, ("dial",)).dial
    transport = dial(host, port, True, ssl_context, ca, timeout, idle, radio)
    try:
        if not transport.secure:
            transport.start_tls(host, ssl_context, ca)
        return transport
    except BaseException:
        transport.close()
        raise


class Exchange:
    """What is sent, and what comes.

    :param transport: see ``client.py``
    :param Packet packet: one that holds nothing; what passes through it is wiped by ``close()``
    :param float timeout: seconds for the request, the handshake of TLS with it, and as many for the answer
    :param idle: called about every half second while waiting
    """

    def __init__(self, transport, packet, timeout, idle):
        self.transport = transport
        self.packet = packet
        self.idle = idle
        self.timeout = int(timeout * 1000)
        self.first = packet.start
        self.size = packet.pool.payload_size
        self.begun = ticks_ms()

    def put(self, data):
        """Send ``data``, perhaps with the next."""
        packet = self.packet
        while data:
            room = self.size - packet.length
            packet.append(data[:room])
            data = data[room:]
            if packet.length == self.size:
                self.flush()

    def flush(self):
        """Send what is still in the packet."""
        data = self.packet.data
        while data:
            data = data[self.move(self.transport.write, data, True) :]
        self.packet.end = self.first

    def answer(self, feed):
        """Read on until ``feed(data, at, end)`` says True, or the server closes.

        :returns bool: whether ``feed`` said so
        """
        self.begun = ticks_ms()
        memory = self.packet.pool.memory
        view = memoryview(memory)[self.first : self.first + self.size]
        while True:
            n = self.move(self.transport.readinto, view, False)
            if not n or feed(memory, self.first, self.first + n):
                return n > 0

    def move(self, function, data, writing):
        # how many bytes `function` moved, after waiting until it could
        try:
            while True:
                n = function(data)
                if ticks_diff(ticks_ms(), self.begun) > self.timeout:
                    from ..errors import problem

                    raise problem("timeout", self.timeout)
                if n is not None:
                    return n
                if self.idle:
                    self.idle()
                self.transport.wait(writing, 500)
        except (OSError, ValueError) as error:
            from ..errors import explain

            cause = explain(error, self.transport)
        raise cause

    def close(self):
        """Wipe the packet, and close."""
        self.packet.end = self.first + self.size
        self.packet.start = self.first
        self.packet.clear()
        self.transport.close()
