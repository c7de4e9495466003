"""What happens to the simulated board, from its first power on to the table of what was delivered."""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from boards.commands import authorize, check, deploy, settings
from boards.shared import catalogue, owner_only
from boards.shared.payload import Sources
from boards.shared.steps import Steps
from boards.tools import lock
from boards.tools.paths import PRIVATE, ROOT, keep_private
from boards.tools.unavailable import Unavailable
from boards.virtual import profile
from boards.virtual.board import VirtualBoard
from host_tests.oauth.provider import Provider
from host_tests.servers.maildir import large_mail
from host_tests.sim import delivered, mailbox
from host_tests.sim.mailbox import Mailbox

FOLDER = PRIVATE / "sim"
PROGRAM = Path(__file__).with_name("on_mail.py")
OLED = ROOT / "firmware" / "examples" / "ssd1306.py"
WIFI = {"CIRCUITPY_WIFI_SSID": "home", "CIRCUITPY_WIFI_PASSWORD": "sweet home"}
# often, so that the simulation is short; of what does not fit on a small board's flash a first part
QUICK = {"POP3_INTERVAL": 1, "POP3_RETRY": 1, "POP3_LIMIT": 28_000}
NOTE = b"From: Ada <ada@example.org>\r\nSubject: While you were away\r\n\r\nThe Wi-Fi was gone, I hear.\r\n"
IN_THE_MIDDLE = 6  # block writes after the board's start: the mail that it fetches then has some 8
RENEWED = "the access token was renewed"
PATIENCE = 60  # seconds


class Failed(Exception):
    """The simulation did not go as it should; the text says how."""


def simulate(key: str) -> None:
    """Let the board of that name watch a mailbox.

    :raises Failed: if a mail on the board is not what the server has
    :raises Refusal, Unavailable: in one line
    """
    keep_private()
    folder = FOLDER / profile.offered(key).key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.alone(folder / ".lock") as free:
        if not free:
            raise Unavailable(f"a simulation of {key} is running already: wait for its end, or BOARD=another")
        _simulate(key, folder)


def _simulate(key: str, folder: Path) -> None:
    started = time.monotonic()
    flash = PRIVATE / "flash" / f"sim-{key}.img"
    flash.unlink(missing_ok=True)
    with mailbox.opened() as box, VirtualBoard(key, flash, ssid="home", password="sweet home") as board:
        print(f"board    {board.profile.name}: {board.profile.heap:,} bytes of heap, {board.profile.flash:,} of flash")
        print(f"server   {box.about}")
        if board.note:
            print(board.note)
        _prepare(board, box, folder)
        watcher = _Watcher(board)
        if box.server is None:
            watcher.until("the first look is over", watcher.looks_done(1))
        else:
            _story(board, box, watcher)
        for line in board.picture(shutil.get_terminal_size().columns):
            print(line)
        board.power_cut(off=True)
        print()
        wrong = delivered.report(flash, box.mails() if box.server else None)
        print(f"\n{_figures(board, watcher)}")
    print(f"image    {flash.relative_to(ROOT)}\ntime     {time.monotonic() - started:.0f} s")
    if wrong:
        raise Failed(wrong)


def _prepare(board: VirtualBoard, box: Mailbox, folder: Path) -> None:
    """`make check` and `make deploy`, with the settings that `make settings` would write."""
    path = Path(os.path.relpath(folder)) / "settings.toml"
    path.with_name("ca.der").unlink(missing_ok=True)
    owner_only.write(path, settings.merged("", QUICK | box.settings | WIFI).encode())
    if box.provider:
        _agree(box.provider, str(box.ca), path)
    print("\n$ make check")
    check.check(path, Steps(), ca=str(box.ca) if box.ca else None)
    print(f"\n$ make deploy BOARD={board.profile.key}")
    steps = Steps(out=_Summary())
    sources = Sources(settings=path, user_program=PROGRAM, extra=(OLED,))
    deploy.over_serial(board.port, catalogue.load().get(board.profile.key), steps, sources)
    print()


def _agree(provider: Provider, ca: str, settings_file: Path) -> None:
    """`make authorize`, and a user who types the code in at once."""

    def type_code(_: float) -> None:
        for device in provider.devices.values():
            device.user = mailbox.USER

    settings_file.with_name("token.txt").unlink(missing_ok=True)
    print("\n$ make authorize")
    authorize.authorize(settings_file, Steps(), ca, sleep=type_code)


class _Summary:
    """Of the many lines about single files and folders, one."""

    def __call__(self, line: str) -> None:
        if not re.match(r"(copy|make the folder) ", line):
            print(line)


def _story(board: VirtualBoard, box: Mailbox, watcher: "_Watcher") -> None:
    count = len(box.mails())
    watcher.until(f"{count} mails are on the flash", lambda: watcher.stored() >= count)
    watcher.until("the first look is over", watcher.looks_done(1))

    print("~ the Wi-Fi goes, and a mail arrives at the server")
    board.wifi(False)
    box.deliver(NOTE)
    watcher.until("the Wi-Fi is missed", lambda: re.search(r"Wi-Fi home .*\n", watcher.text))
    print("~ the Wi-Fi is back")
    board.wifi(True)
    watcher.until("that mail is there", lambda: watcher.stored() >= count + 1)

    print("~ a longer mail arrives, and in the middle of it the power goes; it comes back at once")
    watcher.until("a look is over", watcher.looks_done(1))
    lives = len(board.causes)
    board.power_cut(cut_after=IN_THE_MIDDLE)
    box.deliver(large_mail(27_000, seed=3))
    watcher.until("the power was cut", lambda: len(board.causes) >= lives + 2)
    print(f"~ the power was cut in block write {IN_THE_MIDDLE}; the board starts again")
    watcher.until("the mail is there", lambda: watcher.stored() >= count + 2)
    watcher.until("a look is over", watcher.looks_done(1))
    if box.provider:
        print("~ the token ends, and the next")
        renewed = watcher.text.count(RENEWED) + 2
        watcher.until("both were renewed", lambda: watcher.text.count(RENEWED) >= renewed)
        watcher.until("a look is over", watcher.looks_done(1))


class _Watcher:
    """Shows what the board prints from now on, and waits.

    :ivar text: all that it printed since
    """

    def __init__(self, board: VirtualBoard):
        self._board = board
        self._start = board.output.rfind(b"\x01") + 1  # behind what the commands had it say
        self._shown = 0
        self.text = ""

    def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until the condition is true. Raises Failed if that takes too long."""

        def seen() -> bool:
            self._look()
            return ">>> " in self.text or condition()

        if not self._board.wait(seen, PATIENCE):
            raise Failed(f"waited {PATIENCE} s in vain until {what}")
        if ">>> " in self.text:
            raise Failed("the firmware has ended")

    def looks_done(self, more: int) -> Callable[[], bool]:
        """The condition that the board has ended so many looks from now on."""
        self._look()
        wanted = self.text.count("heap: ") + more
        return lambda: self.text.count("heap: ") >= wanted

    def stored(self) -> int:
        """How many mails the board said that it stored."""
        return len(set(re.findall(r"/mail/(\d{8})-", self.text)))

    def least(self) -> int:
        """The fewest bytes of its heap that the board saw free."""
        return min(map(int, re.findall(r"in a session (\d+) at the least;", self.text)), default=0)

    def packets(self) -> str:
        """How many of the packets were in use at a time, and how many there are: "1 of 2"."""
        return max(re.findall(r"packets: (\d+ of \d+)\r?\n", self.text), default="?")

    def _look(self) -> None:
        self.text = self._board.output[self._start :].decode(errors="replace")
        *lines, _ = self.text[self._shown :].split("\n")
        for line in lines:
            self._shown += len(line) + 1
            shown = "".join(letter for letter in line if letter.isprintable()).rstrip()  # without the commands' ^D
            if shown and not shown.startswith("heap: "):
                print(f"  {shown}")


def _figures(board: VirtualBoard, watcher: _Watcher) -> str:
    heap = board.profile.heap
    used = heap - watcher.least()
    return (
        f"heap     {used:,} of {heap:,} bytes at the peak ({100 * used / heap:.0f} %), packets and all\n"
        f"packets  {watcher.packets()}\n"
        f"starts   {', '.join(board.causes)}"
    )
