"""Finding the LED's pin: of a simple one, or of a colour LED (WS2812, "NeoPixel"), which many boards have instead."""

import sys

_CIRCUITPYTHON = sys.implementation.name == "circuitpython"


def find(name, colour):
    """A function ``switch(level)`` that turns the board's LED on and off, or None if there is no such pin.

    :param name: the number or the name of a simple LED's pin; "" for none
    :param colour: the same of a colour LED, which goes first
    """
    try:
        if colour != "":
            return _colour(_pin(colour))
        if name != "":
            return _simple(_pin(name))
    except (ValueError, TypeError, AttributeError, ImportError, OSError):
        print("there is no LED at", colour or name)
    return None


def _simple(pin):
    if not _CIRCUITPYTHON:
        return pin

    def switch(level):
        pin.value = bool(level)

    return switch


def _colour(pin):
    if _CIRCUITPYTHON:
        from neopixel_write import neopixel_write

        return lambda level: neopixel_write(pin, bytearray((0, 16 * level, 0)))
    from neopixel import NeoPixel

    pixel = NeoPixel(pin, 1)

    def switch(level):
        pixel[0] = (0, 16 * level, 0)
        pixel.write()

    return switch


def _pin(name):
    if not _CIRCUITPYTHON:
        from machine import Pin

        return Pin(name, Pin.OUT)
    import digitalio

    if isinstance(name, int):
        import microcontroller

        place = getattr(microcontroller.pin, "GPIO%d" % name)
    else:
        import board

        place = getattr(board, name)
    pin = digitalio.DigitalInOut(place)
    pin.switch_to_output()
    return pin
