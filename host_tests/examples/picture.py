"""`python -m host_tests.examples.picture`: let the example draw on the virtual OLED, and write it to oled.png."""

from binascii import unhexlify
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from host_tests.examples.running import EXAMPLES, handed_over

PICTURE = EXAMPLES / "oled.png"
SIZE = 128, 64
SCALE = 4
ON, OFF = (159, 223, 255), (8, 12, 20)
MAILS = [
    b"From: shop@example.com\r\nSubject: Your parcel\r\n\r\nIt is on its way.\r\n",
    "From: =?iso-8859-2?q?Zuzana_=A9im=F9nkov=E1?= <zuzana@example.org>\r\n"
    "Subject: =?utf-8?Q?Sch=C3=B6ne_Gr=C3=BC=C3=9Fe?= =?utf-8?B?LCBjaMOocmUgWm/Dqw==?=\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    "Привет из Києва,\r\nκαλημέρα & Łódź — 5 €\r\n".encode(),
]


def image(frame: str) -> Image.Image:
    """What an SSD1306 shows.

    :param frame: its memory, in hexadecimal: eight rows of 128 columns of eight points, the lowest bit on top
    """
    memory = unhexlify(frame)
    points = Image.new("RGB", SIZE, OFF)
    for i, column in enumerate(memory):
        for bit in range(8):
            if column >> bit & 1:
                points.putpixel((i % SIZE[0], i // SIZE[0] * 8 + bit), ON)
    return points.resize((SIZE[0] * SCALE, SIZE[1] * SCALE), Image.Resampling.NEAREST)


def drawn(folder: Path) -> Image.Image:
    """The picture that the example draws of MAILS. ``folder``: for the flash."""
    *_, frame = handed_over(folder, "oled", MAILS)
    return image(frame.removeprefix("frame: "))


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        drawn(Path(place)).save(PICTURE, optimize=True)
    print(PICTURE)
