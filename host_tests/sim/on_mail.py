"""The simulated board's own program: it shows each mail on the display."""

from machine import I2C
from ssd1306 import Oled


def on_mail(mail):
    """Draw a frame, and what came in it."""
    oled = Oled(I2C(0))
    oled.rect(0, 0, 128, 64, 1)
    oled.text("New mail", 32, 12, 1)
    oled.text("No. %s" % mail.path[-27:-19].lstrip("0"), 8, 28, 1)
    oled.text("%d bytes" % mail.size, 8, 44, 1)
    oled.show()
