"""A flash chip in memory that loses power at one of its writes, and file systems on it. Runs on MicroPython."""

import gc

import micropop
import vfs


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


class Files:
    """One of the file systems on a chip of its usual kind, mounted at ``/chip``.

    :param str name: ``littlefs`` or ``fat``
    """

    def __init__(self, name):
        self.fat = name == "fat"
        self.block = 512 if self.fat else 4096

    def make(self, size):
        """A chip of so many bytes with the file system on it, empty."""
        chip = Chip(bytearray(size), self.block)
        if self.fat:
            vfs.VfsFat.mkfs(chip)
        else:
            vfs.VfsLfs2.mkfs(chip, progsize=256)
        return chip

    def mount(self, chip, **how):
        if self.fat:
            vfs.mount(vfs.VfsFat(chip), "/chip", **how)
        else:
            vfs.mount(vfs.VfsLfs2(chip, progsize=256), "/chip", **how)

    def live(self, memory, life, left=None, torn=False):
        """Call ``life()`` with a chip that holds ``memory`` until the power goes, if ever.

        :param left, torn: as for ``Chip``
        :return: the writes that were made, or None if the power went
        """
        chip = Chip(memory, self.block, left, torn)
        try:
            self.mount(chip)
            life()
        except (PowerCut, OSError, micropop.Error):
            if not chip.dead:
                raise
        finally:
            gone = chip.dead
            chip.pull()
            try:
                vfs.umount("/chip")
            except OSError:
                pass  # the power went while it was mounted
            gc.collect()
        return None if gone else chip.count
