"""The newest mail on an OLED (SSD1306, 128 by 64, I2C), in Latin, Greek and Cyrillic letters, on MicroPython.

``make deploy EXAMPLE=oled`` puts it on the board as on_mail.py, with font.py, font.bin, letters.py and ssd1306.py. The
module's VCC goes to 3V3, GND to GND, SDA and SCL to the pins MY_SDA and MY_SCL of settings.toml: 4 and 5 unless given.
"""

from font import Font
from machine import I2C, Pin
from ssd1306 import HEIGHT, WIDTH, Oled
from watcher.settings import load

settings = load()
oled = Oled(I2C(0, sda=Pin(settings.get("MY_SDA", 4)), scl=Pin(settings.get("MY_SCL", 5)), freq=400000))
font = Font()


def on_mail(mail):
    """Draw a bar with the sender, and below it the subject and what fits of the text."""
    with mail.open() as it:
        oled.fill(0)
        oled.fill_rect(0, 0, WIDTH, 11, 1)
        font.text(oled, it.sender, 1, 1, 0)
        font.paragraph(oled, it.subject + "\n" + it.text(100), 13, WIDTH, HEIGHT)
        oled.show()
