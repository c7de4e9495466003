"""Each mail on paper: on a serial printer that knows ESC/POS, as receipt printers do, on MicroPython.

``make deploy EXAMPLE=print_mail`` puts it on the board as on_mail.py, with letters.py. The printer's RX goes to the pin
MY_TX of settings.toml (4 unless given), GND to GND; MY_BAUD is its speed, 9600, and MY_COLUMNS what a line holds, 32.
A printer that works with RS-232 levels needs a MAX3232 between.
"""

from letters import lines, numbers
from machine import UART, Pin
from watcher.settings import load

settings = load()
printer = UART(1, baudrate=settings.get("MY_BAUD", 9600), tx=Pin(settings.get("MY_TX", 4)), timeout=1000)
START = b"\x1b@\x1bt\x10"  # as after power on; letters are those of windows-1252


def on_mail(mail):
    """Print sender, date and subject, and the first two thousand letters of the text."""
    with mail.open() as it:
        printer.write(START)
        for text in (it.sender, it.date, it.subject, "", it.text(2000), "\n\n"):
            for line in lines(text, settings.get("MY_COLUMNS", 32)):
                printer.write(octets(line) + b"\n")
                printer.flush()


def octets(line):
    """A line in the printer's letters; what it has not is a question mark, and what could command it is left out."""
    return bytes([number if number < 127 or 160 <= number < 256 else 63 for number in numbers(line) if number > 31])
