"""Deep sleep between polls: everything is off, and the board starts anew when it wakes."""

import sys

_LONGEST = 4200  # seconds: an RP2 wakes up by a timer that counts no further
_REACHABLE = 60  # seconds for which the board stays awake after power on, so that a cable gets in


def rest(watch, seconds, blinks):
    """Let time pass asleep. Does not return.

    :param Watch watch: shows what the LED is to show while the board stays awake
    :param seconds: how long
    :param blinks: what the LED is to show
    """
    awake = 0 if was_asleep() else min(seconds, _REACHABLE)
    watch.wait(awake, blinks)
    from .network import off

    off(watch)
    sleep(seconds - awake)


def was_asleep():
    """Whether the board has woken up by itself, and nobody gave it power or pressed its button."""
    if sys.implementation.name == "circuitpython":
        import alarm

        return alarm.wake_alarm is not None
    import machine

    # the RP2 ends its sleep by the reset that its watchdog uses
    return machine.reset_cause() in (getattr(machine, "DEEPSLEEP_RESET", -1), machine.WDT_RESET)


def sleep(seconds):
    """Sleep for so long. Does not return."""
    if sys.implementation.name == "circuitpython":
        import time

        import alarm

        alarm.exit_and_deep_sleep_until_alarms(alarm.time.TimeAlarm(monotonic_time=time.monotonic() + seconds))
    import machine

    if sys.platform != "esp32":
        seconds = min(seconds, _LONGEST)
    machine.deepsleep(int(seconds * 1000))
