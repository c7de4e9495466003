"""`python -m host_tests.examples.picture`: let the example draw on the virtual OLED, and write it to oled.png."""

from binascii import unhexlify
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from host_tests.examples.running import EXAMPLES, running
from host_tests.servers.scripted import Scripted

PICTURE = EXAMPLES / "oled.png"
SIZE = 128, 64
SCALE = 4
ON, OFF = (159, 223, 255), (8, 12, 20)
MAILS = [
    b"From: shop@example.com\r\nSubject: Your parcel\r\n\r\n",
    b'From: "Marshall T. Rose" <mrose@example.org>\r\n'
    b"Subject: =?utf-8?Q?Sch=C3=B6ne_Gr=C3=BC=C3=9Fe?=\r\n"
    b" =?utf-8?B?IGZyb20gdGhlIGZpcnN0?= POP3 server\r\n\r\nHello\r\n",
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
    with Scripted(mails=MAILS) as server, running(folder, server, "/oled_newest.py") as example:
        return image(example.until("frame: "))


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        drawn(Path(place)).save(PICTURE, optimize=True)
    print(PICTURE)
