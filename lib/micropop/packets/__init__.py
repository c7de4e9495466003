"""Packets and their pool: every byte that a session will ever hold."""

from collections import deque


class Packet:
    """A fixed payload of its pool, with the span of it that holds data.

    Made by the pool only; get one with ``PacketPool.allocate()`` or from a message.

    ``data``: the data as a memoryview; valid until the packet is released.
    ``start``, ``end``: the span of the data in ``pool.memory``, in bytes.
    ``final``: True on the last packet of a message.
    ``pool``: where it belongs.
    For sessions: ``index``, where its payload begins in ``pool.memory``; ``room``, a view of all of it; ``tail``, of
    all but its first two bytes; ``secret``, it is to be wiped; ``holder``, who has it: None: the pool; True: its
    caller; a session, which lends it.
    """

    def __init__(self, pool, index):
        self.pool = pool
        self.start = self.end = self.index = index
        self.holder = None
        self.final = self.secret = False
        # views made once: neither reading nor handing out a full packet takes memory
        self.room = pool.view[index : index + pool.payload_size]
        self.tail = self.room[2:]

    def __getattr__(self, name):
        # A full packet has its data as an attribute, as a property's call is what a loop over a mail would feel.
        if name != "data":
            raise AttributeError("'Packet' object has no attribute '" + name + "'")
        return self.pool.view[self.start : self.end]

    @property
    def length(self):
        """The length of the data in bytes."""
        return self.end - self.start

    def append(self, data):
        """Put bytes or text (as UTF-8) behind the data, all of it or nothing.

        Raises PayloadTooSmall if it does not fit, and InvalidState if the packet is not the caller's own: behind the
        data of one that a message lent lies what comes next. The packet is then as it was.
        """
        if isinstance(data, str):
            data = data.encode()
        end = self.end + len(data)
        if self.holder is not True or end > self.index + self.pool.payload_size:
            from .refusing import unfit

            unfit(self)
        self.pool.memory[self.end : end] = data
        self.span(self.start, end)

    def span(self, start, end):
        """Have the data between two places of ``pool.memory`` from now on: for sessions."""
        if self.end - self.start == self.pool.payload_size:
            del self.data
        self.start = start
        self.end = end
        if end - start == self.pool.payload_size:
            self.data = self.room

    def keep(self):
        """Make a packet that a message lent the caller's own: release it when done with it.

        Raises PoolEmpty if bytes that follow the message had to be saved and no packet is free for them, InvalidState
        if the packet is in the pool again.
        """
        if self.holder is not True:
            if self.holder is None:
                from .refusing import unfit

                unfit(self)
            self.holder.remove(self, True)
            self.holder = True
        return self

    def release(self):
        """Give the packet back to its pool. One that a message lent goes back when its loop moves on.

        Raises InvalidState if it is in the pool already; the pool counts that.
        """
        if self.holder is True:
            self.pool.append(self)
        elif self.holder is None:
            self.pool.invalid_releases += 1
            from .refusing import unfit

            unfit(self)
        else:
            self.holder.remove(self, False)

    def clear(self):
        """Overwrite the whole payload with zeros: it carried a secret."""
        try:
            self.room[:] = bytes(self.pool.payload_size)
        except MemoryError:
            for i in range(self.pool.payload_size):
                self.room[i] = 0
        self.span(self.index, self.index)
        self.secret = False


class PacketPool:
    """A fixed number of packets of a fixed payload; nothing grows.

    :param int payload_size: bytes of one packet, 64 at the least
    :param int packets: how many; 4 unless told, or as many as fit into ``memory``
    :param bytearray memory: the caller's own memory for the payloads

    ``total``, ``free``, ``low_water`` (the fewest ever free), ``empty_requests`` and ``invalid_releases`` count.
    Raises PayloadTooSmall if the payload or the memory is too small.
    Threads that share an interpreter lock may share a pool; interrupts and the second core of an RP2 may not.
    """

    def __init__(self, payload_size=512, packets=None, memory=None):
        if packets is None:
            packets = 4 if memory is None else len(memory) // max(payload_size, 1)
        size = payload_size * packets
        if payload_size < 64 or packets < 1 or (memory is not None and len(memory) < size):
            from .refusing import unfit

            unfit(None)
        self.memory = memory or bytearray(size)
        self.view = memoryview(self.memory)
        self.payload_size = payload_size
        self.total = self.free = self.low_water = packets
        self.empty_requests = self.invalid_releases = 0
        self.waiting = []
        # a list would shrink, and fail to grow again where the memory is used up; MicroPython's wants both arguments
        self.idle = deque((), packets)  # noqa: RUF037
        for i in range(packets):
            self.idle.append(Packet(self, payload_size * i))

    def allocate(self, timeout=0):
        """Take a packet out of the pool.

        :param float timeout: seconds to wait, in turn, for another thread to release one
        Raises PoolEmpty if none is free by then.
        """
        try:
            packet = None if self.waiting else self.idle.popleft()
        except IndexError:
            packet = None
        if packet is None:
            self.empty_requests += 1
            from .waiting import wait

            packet = wait(self, timeout)
        self.free = len(self.idle)
        self.low_water = min(self.low_water, self.free)
        packet.span(packet.index, packet.index)
        packet.final = False
        packet.holder = True
        return packet

    def append(self, packet):
        """Put a packet back, its secret wiped: for ``Packet.release()`` and sessions."""
        if packet.secret:
            packet.clear()
        packet.holder = None
        self.idle.append(packet)
        self.free = len(self.idle)
