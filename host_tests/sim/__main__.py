"""`python -m host_tests.sim`: watch mail arrive on a virtual board. Environment: BOARD; HOST, USER, PASSWORD, PORT."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from boards import mpy
from boards.paths import PRIVATE
from boards.unavailable import Unavailable
from boards.virtual import profile
from boards.virtual.board import VirtualBoard
from host_tests import flash_image
from host_tests.sim import mailbox
from host_tests.sim.mailbox import Mailbox

PROGRAM = Path(__file__).with_name("fetch.py")
POOL = {"payload_size": 512, "packets": 4}


def main() -> None:
    """Run the simulation; exit status 1 if a mail on the board is not what the server has."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(simulate(os.environ.get("BOARD") or profile.DEFAULT))
    except KeyboardInterrupt:
        sys.exit("\ninterrupted")
    except (Unavailable, TransportError) as reason:
        sys.exit(str(reason))


def simulate(key: str) -> str | None:
    """Let the board of that name fetch the mail. Returns what went wrong, if anything."""
    flash = PRIVATE / "flash" / f"sim-{key}.img"
    flash.unlink(missing_ok=True)
    with mailbox.opened() as box, VirtualBoard(key, flash) as board:
        print(f"board   {board.profile.name}: {board.profile.heap:,} bytes of heap, {board.profile.flash:,} of flash")
        print(f"server  {box.about}", flush=True)
        if board.note:
            print(board.note)
        _install(board.port, box)
        print(flush=True)
        report = _run(board, box)
        report.print_summary(board.profile)
        print(f"image   {flash.relative_to(PRIVATE.parent)}", flush=True)
        return None if box.server is None else _compare(flash_image.files(flash, "/mail"), report.hashes, box)


def _install(port: str, box: Mailbox) -> None:
    """Put the library, compiled, and the root certificate on the board, with mpremote."""
    compiled = mpy.compile_tree(optimise=3, target=PRIVATE / "mpy" / "sim")
    root = PRIVATE / "flash" / "ca.der"
    root.write_bytes(box.ca)
    _mpremote(port, "mkdir", ":lib")
    _mpremote(port, "cp", "-r", str(compiled / "micropop"), ":lib/")
    _mpremote(port, "cp", str(root), ":ca.der")


def _mpremote(port: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "mpremote", "connect", port, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"mpremote {' '.join(arguments)}: {(done.stdout + done.stderr).strip().splitlines()[-1]}")


class Report:
    """Turns what the board prints into lines for people."""

    def __init__(self) -> None:
        self.hashes: dict[int, str] = {}
        self.sizes: list[int] = []
        self.end: list[int] = []
        self._line = b""

    def hear(self, data: bytes) -> None:
        """Take some bytes that the board printed."""
        *lines, self._line = (self._line + data.replace(b"\x04", b"")).split(b"\n")
        for line in lines:
            self._say(line.decode(errors="replace").strip())

    def _say(self, line: str) -> None:
        word, *values = line.split()
        if word == "mail":
            number, size, ms = map(int, values[:3])
            self.sizes.append(size)
            where = "too large for this flash: only its SHA-256 was kept" if len(values) > 3 else f"/mail/{number}.eml"
            if len(values) > 3:
                self.hashes[number] = values[3]
            print(f"  mail {number:3}  {size:9,} bytes  {ms / 1000:6.2f} s  {where}", flush=True)
        elif word == "stat":
            print(f"the mailbox holds {int(values[0])} mails, {int(values[1]):,} bytes", flush=True)
        elif word == "wifi":
            print(f"Wi-Fi is up, the board is {values[0]}, its clock is set", flush=True)
        elif word == "done":
            self.end = list(map(int, values))
        else:
            print(line, flush=True)

    def print_summary(self, board: profile.Profile) -> None:
        """What a person wants to see at the end."""
        ms, lowest, used, total = self.end
        peak = board.heap - lowest
        print(f"\nfetched {len(self.sizes)} mails, {sum(self.sizes):,} bytes in {ms / 1000:.1f} s")
        print(f"heap    {peak:,} of {board.heap:,} bytes at the peak ({100 * peak / board.heap:.0f} %), pool included")
        print(f"packets {used} of {total} × {POOL['payload_size']} bytes")


def _run(board: VirtualBoard, box: Mailbox) -> Report:
    report = Report()
    account = {"host": box.host, "port": box.port, "user": box.user, "password": box.password, **POOL}
    transport = SerialTransport(board.port)
    try:
        transport.enter_raw_repl(soft_reset=True)
        transport.exec(PROGRAM.read_bytes())
        _, error = transport.exec_raw(f"main({account!r})", timeout=120, data_consumer=report.hear)
    finally:
        transport.close()
    if error or not report.end:
        raise Unavailable("the program on the board ended:\n" + error.decode(errors="replace"))
    return report


def _compare(stored: dict[str, bytes], hashed: dict[int, str], box: Mailbox) -> str | None:
    expected = {n: hashlib.sha256(mail).hexdigest() for n, mail in enumerate(box.server.mails(box.user), 1)}
    found = hashed | {int(Path(name).stem): hashlib.sha256(data).hexdigest() for name, data in stored.items()}
    wrong = sorted(n for n in expected | found if expected.get(n) != found.get(n))
    if wrong:
        return f"SHA-256 of mails {wrong} differs from the server's"
    print(f"SHA-256 of all {len(expected)} mails equals the server's")
    return None


if __name__ == "__main__":
    main()
