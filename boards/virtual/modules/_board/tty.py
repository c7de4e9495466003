"""What the serial port does with Ctrl-C and line feeds, as the C code of a real port does."""

import sys
import termios

from . import link

_OPOST_ONLCR = 0x1 | 0x4
_ISIG = 0x1

_binary = termios.tcgetattr(0)  # nothing is special
_reading = _binary[:]  # the REPL reads: a line feed goes out as CR LF, Ctrl-C is a byte like others
_reading[1] |= _OPOST_ONLCR
_running = _reading[:]  # a program runs: Ctrl-C interrupts it
_running[3] |= _ISIG

_byte = bytearray(1)
_input = sys.stdin.buffer
_output = sys.stdout.buffer


def reading():
    termios.tcsetattr(0, termios.TCSANOW, _reading)
    try:
        link.take_interrupt()  # it came too late for the program that ended, and is not for the next
    except KeyboardInterrupt:
        pass


def running():
    termios.tcsetattr(0, termios.TCSANOW, _running)


def binary():
    termios.tcsetattr(0, termios.TCSANOW, _binary)


def get():
    """One byte, as a number."""
    if not _input.readinto(_byte):
        raise SystemExit
    return _byte[0]


def fill(buffer):
    """As many bytes as are there, at least one: their number."""
    return _input.readinto(buffer)


def put(text):
    _output.write(text)
