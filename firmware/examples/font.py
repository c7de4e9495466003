"""Latin, Greek and Cyrillic letters for a FrameBuffer. font.bin has their shapes, each looked up when it is drawn.

They are those of the X Window System's "fixed" font, 6 by 10 points, which is in the public domain.
``python -m boards.tools.font`` makes the file, and says what stands in it.
"""

import framebuf
from letters import lines, numbers


class Font:
    """The font in a file.

    ``width``, ``height``: of a letter, in points.
    """

    def __init__(self, path="/font.bin"):
        self._file = open(path, "rb")
        head = self._file.read(8)
        self.width, self.height = head[4], head[5]
        self._ranges = self._file.read(4 * head[6])
        self._shape = bytearray(self.height)
        self._letter = framebuf.FrameBuffer(self._shape, self.width, self.height, framebuf.MONO_HLSB)

    def text(self, canvas, text, x, y, color=1):
        """Draw a line of text; what is out of the canvas is cut off.

        :param canvas: a FrameBuffer, such as the Oled
        :param int color: 1, or 0 for dark letters on a bright ground
        """
        for number in numbers(text):
            self._file.seek(self._place(number))
            self._file.readinto(self._shape)
            if not color:
                for row in range(self.height):
                    self._shape[row] ^= 0xFF
            canvas.blit(self._letter, x, y)
            x += self.width

    def paragraph(self, canvas, text, y, width, height):
        """Draw a text over the whole width, in as many lines as fit between ``y`` and ``height``."""
        for line in lines(text, width // self.width):
            if y + self.height > height:
                break
            self.text(canvas, line, 0, y)
            y += self.height

    def _place(self, number):
        # where in the file the shape of a letter is; that of the box if the font has no such letter
        ranges = self._ranges
        place = 8 + len(ranges)
        found = place
        place += self.height
        for at in range(0, len(ranges), 4):
            first = ranges[at] << 8 | ranges[at + 1]
            last = ranges[at + 2] << 8 | ranges[at + 3]
            if first <= number <= last:
                found = place + (number - first) * self.height
            place += (last - first + 1) * self.height
        return found
