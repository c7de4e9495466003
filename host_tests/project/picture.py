"""The picture at the top of the README: a terminal in which `make sim` ran, with the display of the virtual board."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

EDGES = ("┌", "│", "└")
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of Braille's eight dots, row by row."""

LETTER, LINE = 7.23, 17  # points of the picture that a letter takes; 12 points is its size
MARGIN, DOT = 16, 3.0
WIDTH = 700
BACK, TEXT, QUIET, EVENT, LIT = "#16211f", "#d6e2df", "#8aa39e", "#e8b04b", "#7fe3d4"


def drawn(transcript: str) -> str:
    """The picture as SVG.

    :param transcript: what `make sim` printed, with the display in Braille
    """
    lines = list(_story(transcript))
    points = list(_points(transcript))
    top = MARGIN + 14
    below = top + len(lines) * LINE + 4
    board = _board(points, below)
    height = below + 64 * DOT + 2 * MARGIN + 8
    text = [
        f'<text x="{MARGIN}" y="{top + number * LINE}" fill="{_colour(line)}">{_escaped(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
            f' aria-label="make sim in a terminal: {escape(lines[0])}">',
            f'<rect width="{WIDTH}" height="{height:.0f}" rx="10" fill="{BACK}"/>',
            '<g font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="12">',
            *text,
            "</g>",
            *board,
            "</svg>\n",
        ]
    )


def _story(transcript: str) -> Iterator[str]:
    """The lines of the transcript that tell the story."""
    longest = int((WIDTH - 2 * MARGIN) / LETTER)
    yield "$ make sim"
    lines = transcript.splitlines()
    for start, stop in (("board ", "server"), ("$ make deploy", "the firmware"), ("~ the Wi-Fi goes", "┌")):
        for line in lines[next(number for number, line in enumerate(lines) if line.startswith(start)) :]:
            if line.startswith(stop):
                break
            yield line if len(line) <= longest else line[: longest - 1] + "…"
    yield next(line for line in lines if re.match(r"\d+ mails, ", line)) + ": each the same as on the server"


def _escaped(line: str) -> str:
    """Text of a picture in which blanks stay as many as they are."""
    return escape(line).replace(" ", "\u00a0")


def _colour(line: str) -> str:
    return EVENT if line.startswith("~") else LIT if line.startswith("$") else QUIET if line[:1] == " " else TEXT


def _points(transcript: str) -> Iterator[tuple[int, int]]:
    """The points of the display that shine."""
    rows = [line[1:-1] for line in transcript.splitlines() if line.startswith("│")]
    for top, row in enumerate(rows):
        for left, letter in enumerate(row):
            for y, pair in enumerate(DOTS):
                for x, dot in enumerate(pair):
                    if ord(letter) - 0x2800 & dot:
                        yield 2 * left + x, 4 * top + y


def _board(points: list[tuple[int, int]], top: float) -> Iterator[str]:
    """The display."""
    width, height = 128 * DOT + 16, 64 * DOT + 16
    left = (WIDTH - width) / 2
    yield f'<rect x="{left:.1f}" y="{top:.1f}" width="{width}" height="{height}" rx="6" fill="#000" stroke="{QUIET}"/>'
    steps = "".join(f"M{left + 8 + x * DOT:.0f} {top + 8 + y * DOT:.0f}h2.6v2.6h-2.6z" for x, y in points)
    yield f'<path d="{steps}" fill="{LIT}"/>'
