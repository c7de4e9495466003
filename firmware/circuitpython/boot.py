"""Runs first, when the board gets power or was reset: who may write to the flash, the watcher or the computer at USB?

One at a time can. The watcher may, so that it can store mail; the computer sees the drive, but cannot change it. To
edit files, let the computer write until the next reset; the watcher stores no mail meanwhile:

- Raspberry Pi Pico W, Pico 2 W: connect GP15 to GND, and press reset, or plug the board in. Its BOOTSEL button cannot
  be read.
- ESP32-S3, -S2: press reset and let go; then at once hold the BOOT button for three seconds. Held during the reset it
  would start the chip's download mode, and this file would not run.
- ESP32, -C3, -C6: nothing is to be done, as these have no drive at USB. `make deploy` copies over the serial port.
"""

import time

import alarm
import board
import digitalio
import microcontroller
import storage

try:
    import usb_cdc
except ImportError:
    usb_cdc = None  # the chip is no USB device, so it is no drive either

_LOOKS = 20  # at a twentieth of a second


def button():
    """The pin that goes to GND when the computer is to write, or None."""
    for name in ("BUTTON", "BOOT0", "BOOT", "BUTTON0", "GP15"):
        if hasattr(board, name):
            return getattr(board, name)
    return getattr(microcontroller.pin, "GPIO0", None)  # BOOT of an ESP32-S3 or -S2 whose names say nothing of it


def wanted_by_computer():
    """Whether somebody holds the button, now or within a second."""
    place = button()
    if place is None or usb_cdc is None or alarm.wake_alarm is not None:  # nobody is there when a board wakes by itself
        return False
    with digitalio.DigitalInOut(place) as pin:
        pin.switch_to_input(pull=digitalio.Pull.UP)
        for _ in range(_LOOKS):
            if not pin.value:
                return True
            time.sleep(0.05)
    return False


storage.remount("/", readonly=wanted_by_computer())
