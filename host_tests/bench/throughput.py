"""Throughput on loopback: megabytes of mail a second, beside what is possible and what others do."""

from collections.abc import Callable

from boards.tools.unavailable import Unavailable
from host_tests.bench import others
from host_tests.bench.interpreters import BEST, Failed, Interpreter, board, cpython
from host_tests.bench.mailboxes import Mailboxes, serving_apart
from host_tests.bench.rows import Table

__all__ = ["LARGE", "SMALL", "dots", "large", "small"]

LARGE = "1x50000000"
SMALL = "2000x1000"
SHORT = "1x1000000"  # for clients that would take half a minute for the large one
TINY = "1x1000"  # the time of a program's start is that of a run with this
PAYLOADS = (512, 1460, 4096)
LEAST = {512: 0.92, 1460: 0.95}
"""Of what the bare loop with a search reaches with a large mail, on a 32-bit board, by the payload."""
POPLIB_LEAST = 5  # times what poplib reaches with it, on CPython, payload 4096
SMALL_AT = 1460  # payload for which small mails have a target
SMALL_LEAST, SMALL_POPLIB_LEAST = 0.7, 0.9  # in turn: of the bare loop on a 32-bit board, of poplib on CPython
DOTS = "1x300000xdots"  # 3 octets a line, on the wire 4
NO_DOTS = "1x400000"
DOTS_MOST = {"free": 4, "locked": 25}  # times what an ordinary mail takes


def large(server: Mailboxes) -> Table:
    """One mail of 50 MB."""
    table = Table("large", "One mail of 50 MB on loopback, the best of five")
    speeds = {}
    for interpreter in _interpreters(table):
        for payload in PAYLOADS:
            figures = _speeds(interpreter, ("bare", "find", "micropop"), server, LARGE, payload)
            speeds[interpreter.name, payload] = figures["micropop"]
            name = f"{interpreter.name}, {payload}"
            table.add(f"{name}: poll + readinto", figures["bare"], "MB/s")
            table.add(f"{name}: poll + readinto + find", figures["find"], "MB/s")
            table.add(f"{name}: micropop", figures["micropop"], "MB/s")
            least = LEAST.get(payload) if _is_board(interpreter) else None
            ratio = figures["micropop"] / figures["find"]
            table.add(f"{name}: micropop ÷ (poll + readinto + find)", ratio, target=least, least=True)
        if interpreter.machine:
            speed = _speeds(interpreter, ("readline",), server, SHORT, 512)["readline"]
            table.add(f"{interpreter.name}: a readline loop", speed, "MB/s", note="a mail of 1 MB")
    poplib = _megabytes(LARGE) / cpython().best("poplib_speed", server.host, server.port, LARGE)["us"]
    table.add("CPython: poplib", poplib, "MB/s")
    ratio = speeds[cpython().name, 4096] / poplib
    table.add("CPython, 4096: micropop ÷ poplib", ratio, target=POPLIB_LEAST, least=True)
    _add_programs(table, server, LARGE)
    return table


def small() -> Table:
    """2,000 mails of 1 KB."""
    with serving_apart() as server:
        return _small(server)


def _small(server: Mailboxes) -> Table:
    table = Table("small", "2,000 mails of 1,000 octets on loopback, the best of five")
    poplib = _megabytes(SMALL) / cpython().best("poplib_speed", server.host, server.port, SMALL)["us"]
    for interpreter in _interpreters(table):
        for payload in PAYLOADS:
            name = f"{interpreter.name}, {payload}"
            figures = _speeds(interpreter, ("find", "micropop", "pipelined"), server, SMALL, payload)
            table.add(f"{name}: poll + readinto + find, in turn", figures["find"], "MB/s")
            table.add(f"{name}: micropop, in turn", figures["micropop"], "MB/s")
            table.add(f"{name}: micropop, pipelined", figures["pipelined"], "MB/s")
            least = SMALL_LEAST if payload == SMALL_AT and _is_board(interpreter) else None
            ratio = figures["micropop"] / figures["find"]
            table.add(f"{name}: micropop, in turn ÷ (poll + readinto + find)", ratio, target=least, least=True)
            if interpreter.machine is None:
                least = SMALL_POPLIB_LEAST if payload == SMALL_AT else None
                table.add(f"{name}: micropop, in turn ÷ poplib", figures["micropop"] / poplib, target=least, least=True)
        if interpreter.machine:
            speed = _speeds(interpreter, ("readline",), server, SMALL, 512)["readline"]
            table.add(f"{interpreter.name}: a readline loop", speed, "MB/s")
    table.add("CPython: poplib", poplib, "MB/s")
    _add_programs(table, server, SMALL)
    return table


def dots(server: Mailboxes) -> Table:
    """A mail of dots only, for each byte on the wire beside an ordinary one."""
    vm = board()
    table = Table("dots", f"A mail of dots only (each line `..`) beside an ordinary one, {vm.name}, payload 512")
    for how, what in (("free", "the heap may be used"), ("locked", "under heap_lock()")):
        taken = {
            box: vm.best("dots", how, server.host, server.port, box, 512, heapsize="64K")["us"]
            for box in (NO_DOTS, DOTS)
        }
        for box, name in ((NO_DOTS, "an ordinary mail"), (DOTS, "a mail of dots")):
            table.add(f"{what}: {name}", 4e5 / taken[box], "MB/s")
        table.add(f"{what}: time of a byte, dots ÷ ordinary", taken[DOTS] / taken[NO_DOTS], target=DOTS_MOST[how])
    return table


def _is_board(interpreter: Interpreter) -> bool:
    return interpreter.machine is not None and interpreter.machine.bits == 32


def _interpreters(table: Table) -> list[Interpreter]:
    """Those that are here; the 64-bit MicroPython only where it is one."""
    found = [board(32)]
    try:
        other = board(64)
        if other.machine != found[0].machine and other.machine.bits == 64:
            found.append(other)
    except Unavailable as reason:
        table.missing("MicroPython, 64 bit", reason)
    return [*found, cpython()]


def _speeds(
    interpreter: Interpreter, ways: tuple[str, ...], server: Mailboxes, name: str, payload: int
) -> dict[str, float]:
    """Megabytes a second of each way to download: see programs/speed.py."""
    taken = interpreter.race("speed", ways, server.host, server.port, name, payload)
    return {way: _megabytes(name) / us for way, us in taken.items()}


def _megabytes(name: str) -> int:
    """The octets of a mailbox, which divided by microseconds are megabytes a second."""
    count, octets = map(int, name.split("x")[:2])
    return count * octets


def _add_programs(table: Table, server: Mailboxes, name: str) -> None:
    """curl and mpop; of their time that of a run with one small mail is taken off."""

    def add(what: str, fetch: Callable[[str], float]) -> None:
        start = min(fetch(TINY) for _ in range(BEST))
        taken = min(fetch(name) for _ in range(BEST)) - start
        table.add(what, _megabytes(name) / taken / 1e6, "MB/s", note="a C program")

    try:
        curl = others.curl()
        add("curl", lambda box: curl.fetch(server.host, server.port, box))
    except (Unavailable, Failed) as reason:
        table.missing("curl", reason)
    try:
        mpop = others.mpop()
        add("mpop, in turn", lambda box: mpop.fetch(server.host, server.port, box, pipelining=False))
        add("mpop, pipelined", lambda box: mpop.fetch(server.host, server.port, box, pipelining=True))
    except Unavailable as reason:
        table.missing("mpop", reason)
