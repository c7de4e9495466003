"""An SD card as a folder, on MicroPython 1.23 or later: by the driver of an ESP32's firmware, or by SPI with sdcard.py.

``make mpremote ARGS="mip install sdcard"`` fetches sdcard.py, which a Pico W needs. The card's SCK, MOSI, MISO and CS
go to the pins MY_SCK, MY_MOSI, MY_MISO and MY_CS of settings.toml; unless given: on a Pico W to 18, 19, 16 and 17, on
an ESP32 to those of MY_SLOT, which is 2 unless given: 18, 23, 19 and 5.
"""

import os

import machine
import vfs
from machine import Pin


def mount(path, settings):
    """Mount the card at ``path``, where it is not mounted yet.

    :param settings: the watcher's
    Raises OSError if there is no card, or it is not formatted as FAT.
    """
    if path[1:] not in os.listdir("/"):
        vfs.mount(card(settings), path)


def card(settings):
    """The card, as a block device."""
    pins = {}
    for name in ("sck", "mosi", "miso", "cs"):
        if "MY_" + name.upper() in settings:
            pins[name] = Pin(settings["MY_" + name.upper()])
    if hasattr(machine, "SDCard"):
        return machine.SDCard(slot=settings.get("MY_SLOT", 2), **pins)
    from sdcard import SDCard

    for name, pin in (("sck", 18), ("mosi", 19), ("miso", 16), ("cs", 17)):
        pins[name] = pins.get(name) or Pin(pin)
    return SDCard(machine.SPI(0, sck=pins["sck"], mosi=pins["mosi"], miso=pins["miso"]), pins["cs"])
