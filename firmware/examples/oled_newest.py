"""The newest mail's sender and subject on an OLED (SSD1306, 128 by 64, I2C), on MicroPython.

Put it on the board as main.py, with account.py, header.py, ssd1306.py, the library, the watcher and settings.toml,
in which MY_SDA and MY_SCL are the numbers of the pins (4 and 5 if they are not given). The module's VCC goes to
3V3, GND to GND. No mail is fetched: TOP brings the header.
"""

import time

from account import Account
from header import fields, lines
from machine import I2C, Pin
from ssd1306 import WIDTH, Oled

_COLUMNS = WIDTH // 8
# the font has ASCII only
_PLAIN = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "é": "e", "è": "e", "–": "-"}


def newest(client):
    """(number of mails, sender, subject) of the mailbox's newest mail; texts are "" if there is none."""
    count = client.stat()[0]
    if not count:
        return 0, "", ""
    with client.top(count) as message:
        found = fields(lines(message), "from", "subject")
    sender = found["from"].split("<")[0].strip(' "') or found["from"].strip("<>")
    return count, sender, found["subject"]


def draw(oled, count, sender, subject):
    """A bar with the number of mails, a line for the sender, five for the subject."""
    oled.fill(0)
    oled.fill_rect(0, 0, WIDTH, 10, 1)
    oled.text("%d mail%s" % (count, "" if count == 1 else "s"), 2, 1, 0)
    oled.text(plain(sender)[:_COLUMNS], 0, 13, 1)
    text = plain(subject)
    for row in range(24, 64, 8):
        # up to the last space that leaves a row not too long, or in the middle of a longer word
        end = len(text) if len(text) <= _COLUMNS else text.rfind(" ", 0, _COLUMNS + 1)
        end = end if end > 0 else _COLUMNS
        oled.text(text[:end], 0, row, 1)
        text = text[end:].lstrip()
    oled.show()


def plain(text):
    """The text in the font's letters."""
    return "".join([each if " " <= each < "\x7f" else _PLAIN.get(each, "?") for each in text])


def run():
    """Look, show, rest; for ever."""
    account = Account()
    settings = account.settings
    oled = Oled(I2C(0, sda=Pin(settings.get("MY_SDA", 4)), scl=Pin(settings.get("MY_SCL", 5)), freq=400000))
    while True:
        try:
            with account.open() as client:
                found = newest(client)
                client.quit()
            draw(oled, *found)
        except Exception as error:  # no network, no server: the next look may do better
            print(error)
        time.sleep(settings["INTERVAL"])


run()
