"""What keeps a virtual board alive: it gives power, answers what the board asks of its hardware, and resets it."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from boards.tools.unavailable import Unavailable
from boards.virtual import display, flash, process
from boards.virtual.display import Display
from boards.virtual.process import Process
from boards.virtual.profile import Profile
from boards.virtual.radio import Radio
from boards.virtual.serial_port import SerialPort
from boards.virtual.vm import Vm

MEASURING_HEAP = 1 << 20  # bytes: room for the stand-ins, whatever they take
CLOSE_ENOUGH = 64  # bytes between the heap that is free after boot and the board's
STARTS_TO_FAIL = 5  # a VM that ends by itself so many times without becoming ready is not started again


class Supervisor:
    """One virtual board, inside an event loop.

    :ivar causes: why the board started, each time: power, reset, soft_reset, watchdog, deepsleep, crash
    :ivar pins: the level of each pin that was ever set
    :ivar display: what is connected to its I2C
    :ivar changed: called whenever something happened that a waiting test may want to see
    """

    def __init__(
        self, profile: Profile, vm: Vm, image: Path, ssid: str | None, password: str | None, newest_tls: str = "1.2"
    ):
        self.profile = profile
        self.newest_tls = newest_tls
        self.vm = vm
        self.causes: list[str] = []
        self.pins: dict[str, int] = {}
        self.pin_changes = 0
        self.fed = 0
        self.free_at_boot = 0
        self.asleep = False
        self.broken_flash = False
        self.ahead = 0  # seconds that the network's time servers are ahead of this computer
        self.changed: Callable[[], None] = lambda: None
        self.display = Display()
        self._image = image.resolve()
        self._file = flash.insert(image, profile.flash)
        self._network = (ssid, password)
        self._process: Process | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task] = set()
        self._failed_starts = 0
        self._forget()

    def _forget(self) -> None:
        """What is lost without power."""
        self._clock: int | None = None
        self._rtc_memory = "-"
        self._watchdog = 0  # ms; 0: not started

    async def start(self) -> None:
        """Fit the heap, open the port, and give power."""
        self._folder = process.modules(self.vm)
        self.radio = Radio(self.profile.chip, *self._network)
        self.port = SerialPort(self._printed)
        self.heap_size = await self._fit_heap()
        self._started = asyncio.Event()
        self.power_on("power")
        await self._started.wait()

    def _printed(self) -> None:
        self.changed()

    def close(self) -> None:
        """Take the power and the port away."""
        self.power_off()
        self.port.close()
        self.radio.close()
        self._file.close()

    # --- power ---

    def power_on(self, cause: str, mode: str = "friendly", cut_after: int = 0) -> None:
        """Start the board. ``cut_after``: the block write in the middle of which the power goes; 0: none."""
        self.causes.append(cause)
        self.asleep = False
        self._is_ready = False
        self._process = self._spawn(self.heap_size, mode, cause, cut_after, self._hear)
        self.port.attach(self._process)
        self.changed()

    def power_off(self) -> None:
        """What a power cut does."""
        self._stop()
        self._forget()
        self.pins.clear()
        self.display.power_off()
        self.radio.power_off()
        self.changed()

    def restart(self, cause: str, mode: str = "friendly", cut_after: int = 0) -> None:
        """A reset without loss of power: the clock and the RTC's memory live on, a soft reset's watchdog too."""
        self._stop(watchdog=cause != "soft_reset")
        if cause == "soft_reset":
            self.radio.cut()
        else:
            self.radio.power_off()
            self._watchdog = 0
        self.power_on(cause, mode, cut_after)

    def _stop(self, watchdog: bool = True) -> int:
        for name in [name for name in self._timers if watchdog or name != "watchdog"]:
            self._timers.pop(name).cancel()
        for task in self._tasks:
            task.cancel()
        if self._process is None:
            return 0
        status = self._process.end()
        self.port.detach()
        self._process = None
        return status

    def _spawn(self, heap_size: int, mode: str, cause: str, cut_after: int, on_line: Callable[[str], None]) -> Process:
        chip_of_flash = (str(self._image.parent), self._image.name, self.profile.flash // flash.BLOCK, cut_after)
        told = "reset" if cause == "crash" else cause
        words = (self._banner(), self.profile.machine)
        arguments = (*chip_of_flash, mode, self.profile.chip, told, self._clock, *words, self.newest_tls)
        return Process(self.vm, heap_size, self._folder, arguments, on_line)

    def _banner(self) -> bytes:
        return f"MicroPython v{self.vm.version}; {self.profile.machine} (virtual)".encode()

    async def _fit_heap(self) -> int:
        """The size of the VM's heap that leaves, after boot and without the stand-ins, what the board has free."""
        size = MEASURING_HEAP + self.profile.heap
        for _ in range(5):
            free = await self._measure(size)
            missing = self.profile.heap - free
            if abs(missing) <= CLOSE_ENOUGH:
                return size
            size += missing + missing // 50  # the collector's own tables take their part
        raise Unavailable(f"a heap with {self.profile.heap} bytes free cannot be had from {self.vm.program[-1]}")

    async def _measure(self, size: int) -> int:
        answer = asyncio.get_running_loop().create_future()

        def hear(line: str) -> None:
            if not answer.done() and (line.startswith("free ") or not line):
                answer.set_result(line)

        measured = self._spawn(size, "measure", "power", 0, hear)
        try:
            line = await asyncio.wait_for(answer, 30)
        finally:
            measured.end()
            said = process.last_words(measured)
        if not line:
            raise Unavailable(f"the virtual board does not start: {said}")
        return self._as_on_the_board(line.split()[1])

    def _as_on_the_board(self, count: str) -> int:
        """Bytes of a heap whose words are as long as a board's."""
        return int(count) * 32 // self.vm.bits

    # --- what the board says ---

    def _hear(self, line: str) -> None:
        if not line:
            self._gone()
            return
        number = None
        if line.startswith("?"):
            number, line = line[1:].split(" ", 1)
        verb, *arguments = line.split()
        answer = getattr(self, "_on_" + verb)(*arguments)
        if number is None:
            return
        if asyncio.iscoroutine(answer):
            task = asyncio.ensure_future(self._answer_later(self._process, number, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._process.answer(f"{number} {'' if answer is None else answer}")

    async def _answer_later(self, asker: Process, number: str, answer) -> None:
        asker.answer(f"{number} {await answer}")

    def _gone(self) -> None:
        """The VM ended by itself, as a chip does that meets a hard fault."""
        self._failed_starts = 0 if self._is_ready else self._failed_starts + 1
        status = self._stop()
        if self._failed_starts >= STARTS_TO_FAIL:
            self._started.set()
            self.port.say(b"the virtual board does not start (wait status %d)\n" % status)
            return
        self.restart("crash")

    def _on_free(self, count: str) -> None:
        self.free_at_boot = self._as_on_the_board(count)

    def _on_broken(self, _errno: str) -> None:
        self.broken_flash = True

    def _on_ready(self) -> None:
        self._is_ready = True
        self._started.set()
        self._failed_starts = 0
        self.port.ready()
        self.changed()

    def _on_soft_reset(self, mode: str) -> None:
        self.port.say(b"MPY: soft reboot\r\n")
        self.restart("soft_reset", mode)

    def _on_reset(self) -> None:
        self.restart("reset")

    def _on_power_cut(self) -> None:
        self.power_off()
        self.power_on("power")

    def _on_deepsleep(self, milliseconds: str) -> None:
        self._stop()
        self.radio.power_off()
        self._watchdog = 0
        self.asleep = True
        if int(milliseconds) >= 0:
            self._later("deepsleep", int(milliseconds), lambda: self.power_on("deepsleep"))
        self.changed()

    def _on_watchdog(self, milliseconds: str) -> None:
        self._watchdog = int(milliseconds)
        self._restart_watchdog()

    def _on_feed(self) -> None:
        self.fed += 1
        self._restart_watchdog()
        self.changed()

    def _restart_watchdog(self) -> None:
        if self._watchdog:
            self._later("watchdog", self._watchdog, lambda: self.restart("watchdog"))

    def _on_watchdog_on(self) -> int:
        return int(self._watchdog > 0)

    def _on_i2c_scan(self) -> int:
        return display.ADDRESS

    def _on_i2c(self, address: str, octets: str) -> None:
        if int(address) == display.ADDRESS:
            self.display.write(bytes.fromhex(octets))

    def _on_i2c_stop(self, address: str) -> None:
        if int(address) == display.ADDRESS:
            self.display.stop()
            self.changed()

    def _later(self, name: str, milliseconds: int, call: Callable[[], None]) -> None:
        if name in self._timers:
            self._timers[name].cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(milliseconds / 1000, call)

    def _on_clock(self, ahead: str) -> None:
        self._clock = int(ahead)

    def _on_now(self) -> str:
        return f"now {int(time.time()) + self.ahead}" if self.radio.status() == "up" else "error 110"

    def _on_rtc_memory(self) -> str:
        return self._rtc_memory

    def _on_rtc_memory_set(self, data: str) -> None:
        self._rtc_memory = data

    def _on_pin(self, name: str) -> int:
        return self.pins.get(name, 0)

    def _on_pin_set(self, name: str, level: str) -> None:
        if self.pins.get(name) != int(level):
            self.pins[name] = int(level)
            self.pin_changes += 1
            self.changed()

    def _on_wifi_active(self, on: str) -> None:
        self.radio.set_active(on == "1")

    def _on_wifi_is_active(self) -> int:
        return int(self.radio.active)

    def _on_wifi_connect(self, ssid: str, password: str) -> None:
        self.radio.join(_text(ssid), _text(password))

    def _on_wifi_disconnect(self) -> None:
        self.radio.leave()

    def _on_wifi_status(self) -> str:
        return self.radio.status()

    def _on_wifi_ssid(self) -> str:
        return self.radio.visible_ssid().encode().hex() or "-"

    def _on_resolve(self, host: str, port: str):
        return self.radio.resolve(host, int(port))


def _text(field: str) -> str:
    return "" if field == "-" else bytes.fromhex(field).decode()
