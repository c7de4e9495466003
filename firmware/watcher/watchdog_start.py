"""Starting the watchdog of a chip. Loaded once, and forgotten then."""

import sys

from .watchdog import Watchdog


def start(sleeping=False):
    """A Watchdog that guards the board, as well as its chip allows.

    :param bool sleeping: the board sleeps between polls. The RP2's watchdog, which nothing stops, is left out then.
    """
    if sys.implementation.name == "circuitpython":
        return _circuitpython(sleeping)
    import machine

    kept = sys.modules.pop("watcher.watchdog_micropython", None)
    if kept:
        kept.let_go()
        room = sys.modules["watcher"]
        if hasattr(room, "watchdog_micropython"):  # not where boot.py loaded it: that forgot the package
            del room.watchdog_micropython
    if sys.platform == "esp32":
        return Watchdog(machine.WDT(timeout=120000).feed)
    # The RP2's own bears eight seconds, and a name's look-up may take longer. So a timer, which goes on during that,
    # feeds it as long as the program shows up once a minute.
    dog = Watchdog(None if sleeping else machine.WDT(timeout=8388).feed, machine.reset)
    if hasattr(machine, "Timer"):
        dog.timer = machine.Timer()
        dog.timer.init(period=2000, callback=dog.tick)
    return dog


def _circuitpython(sleeping):
    from microcontroller import watchdog

    if watchdog is None or sleeping:
        return Watchdog()
    from .watchdog_circuitpython import ChipWatchdog

    return ChipWatchdog(watchdog)
