"""A card of 512 KB, formatted; a real driver's has the same methods."""

from vfs import VfsFat

_BLOCK = 512


class SDCard:
    def __init__(self, spi, cs):
        print(f"card at pin {cs._name}")
        self._memory = bytearray(1024 * _BLOCK)
        VfsFat.mkfs(self)

    def readblocks(self, number, buf):
        buf[:] = self._memory[number * _BLOCK : number * _BLOCK + len(buf)]

    def writeblocks(self, number, buf):
        self._memory[number * _BLOCK : number * _BLOCK + len(buf)] = buf

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self._memory) // _BLOCK
        return _BLOCK if operation == 5 else 0
