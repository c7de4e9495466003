"""The display at the virtual board's I2C: an SSD1306 with 128 by 64 points, and its picture as text."""

from collections.abc import Iterator

WIDTH, HEIGHT = 128, 64
ADDRESS = 0x3C
_PARAMETERS = {0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1} | {
    0xD3: 1,
    0xD5: 1,
    0xD9: 1,
    0xDA: 1,
    0xDB: 1,
}
"""How many octets follow a command (data sheet, table 9-1); of the others, none."""
_HALVES = " ▀▄█"
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Display:
    """What the chip holds and shows.

    :ivar shows: whether it is on and was ever drawn to
    """

    def __init__(self) -> None:
        self.power_off()

    def power_off(self) -> None:
        """All is forgotten."""
        self._memory = bytearray(WIDTH * HEIGHT // 8)
        self._on = self._inverted = self._all = self._drawn = False
        self._left_to_right = self._top_down = False
        self._mode = 2  # addresses stay in their page after reset
        self._columns, self._pages = (0, WIDTH - 1), (0, HEIGHT // 8 - 1)
        self._column = self._page = 0
        self._command: list[int] = []
        self.stop()

    @property
    def shows(self) -> bool:
        return self._on and self._drawn

    # --- what comes by I2C ---

    def write(self, octets: bytes) -> None:
        """Some more octets of a transmission."""
        for octet in octets:
            if self._control is None:
                self._control = octet
            elif self._control & 0x40:
                self._store(octet)
            else:
                self._take(octet)
            if self._control & 0x80 and octet is not self._control:
                self._control = None  # one octet only, then another control byte

    def stop(self) -> None:
        """The end of a transmission."""
        self._control: int | None = None

    def _store(self, octet: int) -> None:
        self._drawn = True
        self._memory[self._page * WIDTH + self._column] = octet
        first, last = self._columns if self._mode < 2 else (0, WIDTH - 1)
        top, bottom = self._pages
        if self._mode == 1:
            self._page, carry = (self._page + 1, False) if self._page != bottom else (top, True)
            if carry:
                self._column = self._column + 1 if self._column != last else first
            return
        self._column, carry = (self._column + 1, False) if self._column != last else (first, True)
        if carry and self._mode == 0:
            self._page = self._page + 1 if self._page != bottom else top

    def _take(self, octet: int) -> None:
        self._command.append(octet)
        name, *given = self._command
        if len(given) < _PARAMETERS.get(name, 0):
            return
        self._command = []
        if name == 0x20:
            self._mode = given[0] & 3
        elif name == 0x21:
            self._columns = (given[0] % WIDTH, given[1] % WIDTH)
            self._column = self._columns[0]
        elif name == 0x22:
            self._pages = (given[0] & 7, given[1] & 7)
            self._page = self._pages[0]
        elif name < 0x10:
            self._column = self._column & 0xF0 | name
        elif name < 0x20:
            self._column = (self._column & 0x0F | (name & 7) << 4) % WIDTH
        elif 0xB0 <= name <= 0xB7:
            self._page = name & 7
        elif name in (0xA0, 0xA1):
            self._left_to_right = name == 0xA1
        elif name in (0xC0, 0xC8):
            self._top_down = name == 0xC8
        elif name in (0xA4, 0xA5):
            self._all = name == 0xA5
        elif name in (0xA6, 0xA7):
            self._inverted = name == 0xA7
        elif name in (0xAE, 0xAF):
            self._on = name == 0xAF

    # --- what a person sees, on a module that is built as most are: upright with A1 and C8 ---

    def point(self, x: int, y: int) -> bool:
        """Whether the point shines, from the upper left corner."""
        if not self._on:
            return False
        column = x if self._left_to_right else WIDTH - 1 - x
        row = y if self._top_down else HEIGHT - 1 - y
        lit = bool(self._memory[row // 8 * WIDTH + column] >> row % 8 & 1)
        return self._all or lit != self._inverted

    def picture(self, columns: int = 80, rows: int = 100) -> list[str]:
        """Lines of text: two points in a letter where there is room for 130 columns and 34 lines, else eight."""
        room = columns >= WIDTH + 2 and rows >= HEIGHT // 2 + 2
        lines = list(self._halves() if room else self._braille())
        edge = "─" * len(lines[0])
        return [f"┌{edge}┐", *(f"│{line}│" for line in lines), f"└{edge}┘"]

    def _halves(self) -> Iterator[str]:
        for y in range(0, HEIGHT, 2):
            yield "".join(_HALVES[self.point(x, y) + 2 * self.point(x, y + 1)] for x in range(WIDTH))

    def _braille(self) -> Iterator[str]:
        for top in range(0, HEIGHT, 4):
            yield "".join(chr(0x2800 + self._dots(left, top)) for left in range(0, WIDTH, 2))

    def _dots(self, left: int, top: int) -> int:
        return sum(dot * self.point(left + x, top + y) for y, row in enumerate(_BRAILLE) for x, dot in enumerate(row))
