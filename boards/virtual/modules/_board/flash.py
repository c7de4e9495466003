"""The flash chip: a block device over the image file, which may lose power in the middle of a write."""

from . import link

BLOCK = 4096
_ERASED = b"\xff" * 256


class Flash:
    def __init__(self, image, blocks, writes_left):
        """``image``: an open file; ``blocks``: its size; ``writes_left``: lose power in that write, 0 for never."""
        self.image = image
        self.blocks = blocks
        self.writes_left = writes_left

    def readblocks(self, block, buffer, offset=0):
        self.image.seek(block * BLOCK + offset)
        self.image.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        self.image.seek(block * BLOCK + offset)
        if self.writes_left:
            self._use_up(buffer)
        self.image.write(buffer)

    def ioctl(self, request, argument):
        if request == 4:
            return self.blocks
        if request == 5:
            return BLOCK
        if request == 6:
            self.image.seek(argument * BLOCK)
            if self.writes_left:
                self._use_up(_ERASED)
            for _ in range(BLOCK // len(_ERASED)):
                self.image.write(_ERASED)
        return 0

    def _use_up(self, buffer):
        self.writes_left -= 1
        if self.writes_left == 0:
            self.image.write(memoryview(buffer)[: len(buffer) // 2])  # half a write reaches the chip
            link.end("power_cut")
