"""A flash chip in memory that loses power at one of its writes. Runs on MicroPython."""


class PowerCut(BaseException):
    """The power went."""


class Chip:
    """A block device with both of MicroPython's interfaces: FAT takes the simple one, littlefs the one with an offset.

    :param bytearray memory: what the chip holds
    :param int block: bytes of a block
    :param int left: writes and erasures until the power goes in the next; None for never
    :param bool torn: half of that one reaches the chip, else nothing

    ``count``: writes and erasures so far. ``dead``: the power went, or the chip was pulled: nothing works any more. FAT
    is told by PowerCut, which nothing catches; littlefs by an error number, since it must not be left in the middle of
    its work: what its files do when they are collected would end in a crash.
    """

    def __init__(self, memory, block, left=None, torn=False):
        self.memory = memory
        self.block = block
        self.left = left
        self.torn = torn
        self.count = 0
        self.dead = False
        self.failure = PowerCut

    def pull(self):
        """Take the chip out: what the garbage collector still closes goes nowhere, silently."""
        self.dead = True
        self.failure = None

    def readblocks(self, number, buf, offset=None):
        if self.dead:
            return self.fail(offset)
        at = number * self.block + (offset or 0)
        buf[:] = memoryview(self.memory)[at : at + len(buf)]
        return 0

    def writeblocks(self, number, buf, offset=None):
        if self.dead or self.dies(number * self.block + (offset or 0), buf):
            return self.fail(offset)
        return 0

    def ioctl(self, request, argument):
        if request == 4:
            return len(self.memory) // self.block
        if request == 5:
            return self.block
        if request == 6 and (self.dead or self.dies(argument * self.block, b"\xff" * self.block)):
            return self.fail(0)
        return 0

    def dies(self, at, data):
        # write, or lose power
        self.count += 1
        self.dead = self.left == 0
        if self.left is not None:
            self.left -= 1
        n = len(data)
        if self.dead:
            n = n // 2 if self.torn else 0
        self.memory[at : at + n] = memoryview(data)[:n]
        return self.dead

    def fail(self, offset):
        if offset is not None:
            return -5
        if self.failure:
            raise self.failure
        return 0
