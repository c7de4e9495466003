"""A board that needs no hardware, for programs and tests: `with VirtualBoard("rpi_pico_w") as board: …`."""

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from mpremote.transport_serial import SerialTransport

from boards.virtual import profile, vm
from boards.virtual.supervisor import Supervisor

NEWEST_TLS = "1.2"  # MicroPython's own builds for these boards have no newer one


class VirtualBoard:
    """A powered virtual board. Use it in a with statement: leaving it takes the power away, and no process stays.

    :ivar port: the path of its serial port, good for mpremote and any terminal program
    :ivar image: the path of its flash's image
    :ivar profile: what it stands for
    :ivar note: empty, or a line that says how its MicroPython is not quite a board's
    """

    def __init__(
        self,
        board: str = profile.DEFAULT,
        image: Path | str | None = None,
        *,
        ssid: str | None = None,
        password: str | None = None,
        newest_tls: str | None = None,
    ):
        """Prepare it; entering the with statement gives it power.

        :param board: which one, as in boards/
        :param image: its flash, kept afterwards; a missing file is an erased chip; None: a new one, thrown away
        :param ssid: the name of the only Wi-Fi network in reach; None: whatever the board asks for
        :param password: that network's; None: any
        :param newest_tls: "1.2", as the boards' own builds have it, or "1.3"; None: NEWEST_TLS
        :raises Unavailable: for a board that is unknown, an image that is in use, or without any MicroPython
        """
        self.profile = profile.load(board)
        self._vm = vm.find(32)
        self.note = self._vm.note
        self._temporary = None if image else tempfile.mkdtemp(prefix="virtual-board-")
        self.image = Path(image or Path(self._temporary) / "flash.img").absolute()
        self._network = (ssid, password)
        self._newest_tls = newest_tls or NEWEST_TLS
        self._happened = threading.Condition()

    def __enter__(self) -> "VirtualBoard":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="virtual board", daemon=True)
        self._thread.start()
        self._supervisor = None
        try:
            self._do(self._start())
        except BaseException:
            self.__exit__()
            raise
        self.port = self._supervisor.port.path
        return self

    async def _start(self) -> None:
        self._supervisor = Supervisor(self.profile, self._vm, self.image, *self._network, self._newest_tls)
        self._supervisor.changed = self._wake_waiters
        await self._supervisor.start()

    def __exit__(self, *_: object) -> None:
        if self._supervisor is not None:
            self._call(self._supervisor.close)
        self._do(_end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # --- what happens to a board ---

    def power_cut(self, off: bool = False, cut_after: int = 0) -> None:
        """Cut the power, now.

        :param off: leave it off, until power_on()
        :param cut_after: in the next life, cut it again in the middle of that block write (1: the first)
        """

        def cut() -> None:
            self._supervisor.power_off()
            if not off:
                self._supervisor.power_on("power", cut_after=cut_after)

        self._call(cut)

    def power_on(self, cut_after: int = 0) -> None:
        """Give power again after power_cut(off=True)."""
        self._call(lambda: self._supervisor.power_on("power", cut_after=cut_after))

    def reset(self) -> None:
        """Press the reset button; it also wakes a board from deep sleep."""
        self._call(lambda: self._supervisor.restart("reset"))

    def wifi(self, up: bool, drop: str = "hang") -> None:
        """Switch the network on or off.

        :param drop: what becomes of open connections when it goes: "hang" (they go on when it returns) or "reset"
        """
        self._call(lambda: self._supervisor.radio.set_up(up, drop))

    def pass_time(self, seconds: int) -> None:
        """Let the world's clock go on by so many seconds: the board learns of it when it sets its own."""

        def pass_on() -> None:
            self._supervisor.ahead += seconds

        self._call(pass_on)

    # --- what can be seen from outside ---

    @property
    def output(self) -> bytes:
        """What the board printed since it exists, or since forget_output()."""
        return self._call(lambda: bytes(self._supervisor.port.log))

    def forget_output(self) -> None:
        """Start with empty output."""
        self._call(self._supervisor.port.log.clear)

    @property
    def wifi_is_up(self) -> bool:
        """Whether the network is there."""
        return self._call(lambda: self._supervisor.radio.up)

    @property
    def causes(self) -> list[str]:
        """Why the board started, each time: power, reset, soft_reset, watchdog, deepsleep."""
        return self._call(lambda: list(self._supervisor.causes))

    @property
    def pins(self) -> dict[str, int]:
        """The level of each pin that a program has set, by its name: {"LED": 1}."""
        return self._call(lambda: dict(self._supervisor.pins))

    def picture(self, columns: int = 80, rows: int = 100) -> list[str]:
        """What the display at its I2C shows, as so many lines of text at the most; none while it is dark."""

        def draw() -> list[str]:
            display = self._supervisor.display
            return display.picture(columns, rows) if display.shows else []

        return self._call(draw)

    def stats(self) -> dict[str, int | bool]:
        """Numbers: heap (the board's), heap_free (after boot), heap_size (the VM's), starts, pin_changes, asleep,
        fed (times that a watchdog was), sent, received (bytes over Wi-Fi), connections."""

        def collect() -> dict:
            it = self._supervisor
            own = {"heap": self.profile.heap, "heap_free": it.free_at_boot, "heap_size": it.heap_size}
            life = {"starts": len(it.causes), "pin_changes": it.pin_changes, "asleep": it.asleep, "fed": it.fed}
            return own | life | it.radio.traffic

        return self._call(collect)

    def wait(self, condition: Callable[[], bool], timeout: float = 20.0) -> bool:
        """Wait until something is so. ``condition`` is asked again whenever the board did something.

        :return: whether it came to be within the time (seconds)
        """
        deadline = time.monotonic() + timeout
        while not condition():
            with self._happened:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._happened.wait(min(left, 0.05))
        return True

    def wait_for(self, text: bytes | str, timeout: float = 20.0) -> bool:
        """Wait until the output has that text in it."""
        wanted = text.encode() if isinstance(text, str) else text
        return self.wait(lambda: wanted in self.output, timeout)

    def exec(self, code: str, timeout: float = 20.0) -> str:
        """Interrupt what runs, run some code, and return what it prints, as `mpremote exec` does.

        :raises mpremote.transport.TransportError: with the board's traceback
        """
        # one that starts again may not be there yet
        transport = SerialTransport(self.port, wait=5, timeout=timeout)
        try:
            transport.enter_raw_repl(soft_reset=False)
            printed = transport.exec(code)
            transport.exit_raw_repl()
            return printed.decode().replace("\r\n", "\n")
        finally:
            transport.close()

    # --- the supervisor's thread ---

    def _wake_waiters(self) -> None:
        with self._happened:
            self._happened.notify_all()

    def _do(self, work: Coroutine):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _call(self, work: Callable):
        async def call():
            return work()

        return self._do(call())


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
