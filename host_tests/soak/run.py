"""The soak: the watcher on a virtual board, and all that happens to it meanwhile."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from boards.virtual.board import VirtualBoard
from firmware.watcher.trouble import BUG
from host_tests.firmware import watching
from host_tests.servers.maildir import large_mail
from host_tests.shared.eventually import eventually
from host_tests.soak.server import Restartable, mark

PROGRAM = Path(__file__).with_name("program.py")
ON_MAIL = "from main import on_mail\n"
CYCLE = 40  # looks in which everything happens once
SETTLED = 2 * CYCLE  # looks in which all of it happens for the first time: between two looks, and amid one
LEAST = SETTLED + 2 * CYCLE  # looks that show anything
MAIL_EVERY = 4  # looks
SIZES = (300, 5_000, 1_200, 12_000, 700)  # bytes of the mails, in turn
ON_BOARD = 5  # mails that stay on the flash
ON_SERVER = 20  # mails that are still there when the server starts again
EVENTS = {  # by the look in a cycle
    5: "Wi-Fi hangs",
    8: "mail breaks off",
    11: "mail is refused",
    15: "server stops",
    18: "LIST is refused",
    20: "UIDL is refused",
    22: "login is refused",
    25: "Wi-Fi resets",
    28: "QUIT is lost",
    31: "another client deletes",
    35: "server restarts",
}
REFUSALS = ("is refused", "is lost")  # for one look
MENDED = 20  # the look in a cycle after which bad mails can be had
PATIENCE = 3 * CYCLE  # looks in which a mail comes that was set aside
BOUND = 64  # bytes between cycles: the texts that the watch remembers, of its last error and mail, are not all as long
ONCE = 512  # bytes: a failure that is the first of its kind leaves some for ever: MicroPython keeps every name
LAST_WORDS = 40  # lines
SILENCE = 120  # seconds without a word from the board after which it is given up

Progress = Callable[[], object]


@dataclass
class Report:
    """What was seen.

    :ivar free: bytes of the heap that were free after each look, and a collection
    :ivar failed: the numbers of the looks that failed
    :ivar bugs: those of them that failed as a bug does, or without memory
    :ivar events: what happened, and after which look
    :ivar arrived: the ids of the mails that arrived
    :ivar taken: those of mails that another client deleted
    :ivar handed_out: those of mails that the user's program was given
    :ivar descriptors: how many file descriptors the board's MicroPython had open at the end of each cycle
    :ivar open_sessions: connections that the server still had in the end
    :ivar causes: why the board started, each time
    """

    free: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    bugs: list[int] = field(default_factory=list)
    events: list[tuple[int, str]] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    handed_out: list[str] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    open_sessions: int = 0
    causes: list[str] = field(default_factory=list)

    @property
    def levels(self) -> list[int]:
        """Bytes free in each cycle once all has settled, the median."""
        return [int(median(self.free[start : start + CYCLE])) for start in range(SETTLED, len(self.free), CYCLE)]

    @property
    def lost(self) -> list[str]:
        """The ids of mails that the program was not given."""
        given = self.taken.union(self.handed_out)
        return [it for it in self.arrived if it not in given]

    @property
    def doubled(self) -> list[str]:
        """Those of mails that it was given more than once."""
        return [it for it, times in Counter(self.handed_out).items() if times > 1]

    def figures(self, board: str) -> dict[str, int | str]:
        """What people want to know, in words, for the READMEs."""
        return {
            "board": board,
            "looks for mail": len(self.free),
            "looks that failed": len(self.failed),
            "things that went wrong around it": len(self.events),
            "mails that came": len(self.arrived),
            "mails that were lost": len(self.lost),
            "mails that came twice": len(self.doubled),
            "heap free after the first looks, bytes": self.levels[0],
            "heap free after the last looks, bytes": self.levels[-1],
        }

    def problems(self) -> list[str]:
        """What is not as it must be, in words."""
        levels, files, found = self.levels, self.descriptors, []
        second_half = levels[len(levels) // 2 :]
        if max(second_half) - min(second_half) > BOUND or max(levels) - min(levels) > ONCE:
            found.append(f"the heap is not flat: {levels} bytes were free, cycle by cycle")
        half = len(files) // 2
        if min(files[half:]) > min(files[:half]):  # a look may be at its files when they are counted
            found.append(f"files or sockets stayed open: {files}, cycle by cycle")
        if self.bugs:
            found.append(f"a bug, or no memory, in these looks: {self.bugs}")
        if self.open_sessions:
            found.append(f"{self.open_sessions} connections stayed open")
        if self.lost or self.doubled:
            found.append(f"mails that were lost: {self.lost}; that were handed out twice: {self.doubled}")
        if self.causes != ["power"]:
            found.append(f"the board started anew: {self.causes}")
        return found


class Weather:
    """What happens around the board. Whatever goes down stays down until a look has failed.

    In every second cycle it happens between two looks, in the others in the midst of one, when a first mail of several
    is on the flash.
    """

    def __init__(self, board: VirtualBoard, server: Restartable, report: Report, looks: int, progress: Progress):
        self._board, self._server, self._report, self._looks = board, server, report, looks
        self._progress = progress
        self._waiting: str | None = None
        self._restore: Callable[[], None] | None = None
        self._line = b""
        self.last_words: deque[bytes] = deque(maxlen=LAST_WORDS)

    def hear(self, data: bytes) -> None:
        """Take some bytes that the board printed."""
        *lines, self._line = (self._line + data.replace(b"\x04", b"")).split(b"\n")
        self.last_words.extend(lines)
        for line in lines:
            word, *values = line.split() or [b""]
            if word == b"mail":
                self._report.handed_out.append(values[0].decode())
            elif word == b"look":
                self._looked(*map(int, values))
            elif self._waiting and b" /mail/" in line:
                event, self._waiting = self._waiting, None
                self._happen(event)

    def _looked(self, number: int, blinks: int, free: int) -> None:
        report = self._report
        report.free.append(free)
        self._progress()
        self._server.take_all()
        if blinks:
            report.failed.append(number)
            if blinks == BUG:
                report.bugs.append(number)
            if self._restore:
                self._restore()
                self._restore = None
        if number % CYCLE == CYCLE - 1:
            report.descriptors.append(descriptors(self._board))
        if number % CYCLE == MENDED:
            self._server.bad.clear()
        if number >= self._looks - CYCLE // 4:  # the last mails must have time to come
            return
        event = EVENTS.get(number % CYCLE, "")
        if event.startswith("mail"):
            if number < self._looks - PATIENCE:
                self._add_mails(1, event)
        elif event or number % MAIL_EVERY == 0:
            self._add_mails(3 if event else 1)
        if number // CYCLE % 2 and event and not event.endswith(REFUSALS) and not event.startswith("mail"):
            self._waiting = event
        elif event and not event.startswith("mail"):
            self._happen(event)

    def _add_mails(self, count: int, event: str = "") -> None:
        report = self._report
        for _ in range(count):
            seed = len(report.arrived)
            uid = self._server.add(large_mail(SIZES[seed % len(SIZES)], seed))
            report.arrived.append(mark(uid))
            if event:
                self._server.bad[uid] = event.removeprefix("mail ")
                report.events.append((len(report.free), event))

    def _happen(self, event: str) -> None:
        server = self._server
        self._report.events.append((len(self._report.free), event))
        if event.startswith("Wi-Fi"):
            self._board.wifi(False, "hang" if event == "Wi-Fi hangs" else "reset")
            self._restore = lambda: self._board.wifi(True)
        elif event.endswith(REFUSALS):
            what = event.split(maxsplit=1)[0]
            server.refuse("AUTH" if what == "login" else what)
        elif event.startswith("another"):
            self._report.taken.update(map(mark, server.take_away()))
        else:
            server.stop()
            if event == "server restarts":
                server.start()
            else:
                self._restore = server.start


def run(folder: Path, looks: int, board: str, progress: Progress = lambda: None) -> Report:
    """Let the watcher look for mail.

    :param folder: for the flash's image
    :param looks: how many times: LEAST or more
    :param board: which one, as in boards/
    :param progress: called after each look
    :return: what was seen
    :raises mpremote.transport.TransportError: if the program on the board ended, or the board fell silent
    """
    report = Report()
    files = {"/main.py": PROGRAM.read_text(), "/on_mail.py": ON_MAIL}
    changes = {"POP3_TIMEOUT": 1, "POP3_KEEP": ON_BOARD}
    with Restartable(keep=ON_SERVER) as server, watching(folder, server, board, files, **changes) as virtual:
        transport = SerialTransport(virtual.port, timeout=1)  # else it reads from a silent pty for ever
        try:
            virtual.wait_for(">>> ")  # main.py has run
            transport.enter_raw_repl(soft_reset=False)
            weather = Weather(virtual, server, report, looks, progress)
            try:
                _, error = transport.exec_raw(f"soak({looks})", timeout=SILENCE, data_consumer=weather.hear)
            except TransportError as silence:
                words = b"\n".join(weather.last_words).decode(errors="replace")
                raise RuntimeError(
                    f"the board fell silent (it started by {virtual.causes}); before:\n{words}"
                ) from silence
        finally:
            transport.close()
        if error:
            raise RuntimeError("the program on the board ended:\n" + error.decode(errors="replace"))
        report.causes = virtual.causes  # now: nobody feeds the watchdog any more
        eventually(lambda: server.open_sessions == 0)
        report.open_sessions = server.open_sessions
    return report


def descriptors(board: VirtualBoard) -> int:
    """How many files and sockets the board's MicroPython has open, as the kernel sees it."""
    folder = str(board.image.parent).encode()
    children = [pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]
    (process,) = (pid for pid in children if folder in Path(f"/proc/{pid}/cmdline").read_bytes())
    return len(list(Path(f"/proc/{process}/fd").iterdir()))
