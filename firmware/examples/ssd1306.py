"""An OLED of 128 by 64 points with an SSD1306, by I2C, on MicroPython: draw as into a FrameBuffer, then ``show()``."""

import framebuf

WIDTH = 128
HEIGHT = 64
# in the order of the data sheet's flow chart: off, clock, rows, no offset, first line 0, power from the charge pump,
# addresses run along the rows, mirrored both ways as the modules are built, pins, contrast, timing, the memory's
# content, not inverted, on
_START = b"\xae\xd5\x80\xa8\x3f\xd3\x00\x40\x8d\x14\x20\x00\xa1\xc8\xda\x12\x81\xcf\xd9\xf1\xdb\x30\xa4\xa6\xaf"
_WHOLE = b"\x21\x00\x7f\x22\x00\x07"  # the next data begins at the upper left corner


class Oled(framebuf.FrameBuffer):
    """The display.

    :param i2c: machine.I2C, or whatever has its ``writeto(address, buf)``
    :param int address: 0x3C, or 0x3D where the module's jumper says so
    Raises OSError if nothing answers there.
    """

    def __init__(self, i2c, address=0x3C):
        self._i2c = i2c
        self._address = address
        # the first byte says that data follow, so that a whole picture goes out at once and uncopied
        self._frame = bytearray(1 + WIDTH * HEIGHT // 8)
        self._frame[0] = 0x40
        super().__init__(memoryview(self._frame)[1:], WIDTH, HEIGHT, framebuf.MONO_VLSB)
        self._command(_START)

    def _command(self, octets):
        self._i2c.writeto(self._address, b"\x00" + octets)

    def show(self):
        """Send what was drawn to the display."""
        self._command(_WHOLE)
        self._i2c.writeto(self._address, self._frame)
