"""The pins and buses of the examples. A pin prints its level; an SSD1306 is on the I2C bus, and prints its frames; what
a UART sends is printed."""

from binascii import hexlify

# how many parameters follow the SSD1306's commands
_PARAMETERS = {0xD5: 1, 0xA8: 1, 0xD3: 1, 0x8D: 1, 0x20: 1, 0xDA: 1, 0x81: 1, 0xD9: 1, 0xDB: 1, 0x21: 2, 0x22: 2}
_READY = {0x8D: b"\x14", 0x20: b"\x00", 0xA8: b"\x3f", 0x21: b"\x00\x7f", 0x22: b"\x00\x07", 0xAF: b""}


class Pin:
    OUT = 1

    def __init__(self, name, mode=None):
        self._name = name

    def __call__(self, level):
        print(f"pin {self._name}: {level}")


class I2C:
    def __init__(self, bus, sda, scl, freq):
        self._state = {}

    def writeto(self, address, buf):
        if address != 0x3C:
            raise OSError(19)
        if buf[0] == 0x40:
            for command, wanted in _READY.items():
                if self._state.get(command) != wanted:
                    raise ValueError(f"a frame, but command {command:02x} was not given as it must be")
            self._state.pop(0x21)  # the next frame says anew where it begins
            print("frame: " + hexlify(buf[1:]).decode())
            return len(buf)
        if buf[0]:
            raise ValueError("neither commands nor data")
        place = 1
        while place < len(buf):
            count = _PARAMETERS.get(buf[place], 0)
            self._state[buf[place]] = bytes(buf[place + 1 : place + 1 + count])
            place += 1 + count
        return len(buf)


class UART:
    def __init__(self, number, baudrate, tx, timeout):
        print(f"UART {number}: {baudrate} baud at pin {tx._name}")

    def write(self, buf):
        print("sent: " + hexlify(buf).decode())
        return len(buf)

    def flush(self):
        pass


class SPI:
    def __init__(self, number, sck, mosi, miso):
        print(f"SPI {number}: pins {sck._name}, {mosi._name}, {miso._name}")
