"""Runs first, when the board gets power or was reset: who may write to the flash, the watcher or the computer at USB?

One at a time can. The watcher may, so that it can store mail; the computer sees the drive, but cannot change it. To
edit files, hold the board's BOOT button (BUTTON, BOOT0 or D0), or connect GP15 to GND on a board without one, while
you press reset: the computer may write then, and the watcher stores no mail until the next reset.
"""

import board
import digitalio
import storage


def wanted_by_computer():
    """Whether somebody holds the button."""
    for name in ("BUTTON", "BOOT0", "BOOT", "D0", "GP15"):
        place = getattr(board, name, None)
        if place is not None:
            with digitalio.DigitalInOut(place) as button:
                button.switch_to_input(pull=digitalio.Pull.UP)
                return not button.value
    return False


storage.remount("/", readonly=wanted_by_computer())
