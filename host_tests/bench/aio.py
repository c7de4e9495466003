"""The asynchronous face beside the blocking one: speed, memory, and how late other tasks get while a mail comes."""

from host_tests.bench.interpreters import Interpreter, board, cpython
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.rows import Table

__all__ = ["measure"]

LARGE = "1x50000000"
SMALL = "2000x1000"
LEAST = {512: 0.75, 1460: 0.9}
"""Of the blocking client's throughput, on a 32-bit board, by the payload."""
HEAP = 3072  # bytes that an import may take, beyond micropop and asyncio.stream
PER_PACKET = 64
ROOMY = "16M"  # a heap in which nothing need be collected while it is measured


def measure(server: Mailboxes) -> Table:
    """One mail of 50 MB, 2,000 small ones, and one of 10 MB beside a task that ticks."""
    table = Table("aio", "asyncio: micropop.aio beside micropop, on loopback")
    for interpreter in (board(), cpython()):
        for payload, least in LEAST.items():
            _speed(table, interpreter, server, payload, least)
    vm = board()
    found = vm.run("import_heap", "micropop", "asyncio.stream", "micropop.aio")
    table.add("import micropop.aio, beyond micropop and asyncio.stream", found["micropop.aio"], "B", target=HEAP)
    for payload in LEAST:
        found = vm.run("aio_heap", server.host, server.port, "1x10000000", payload, heapsize=ROOMY)
        per_packet = found["bytes"] / found["packets"]
        note = f"{found['packets']:,} packets, of which {found['partial']:,} were not full"
        table.add(f"allocated per packet of {payload}", per_packet, "B", target=PER_PACKET, note=note)
    for interpreter in (vm, cpython()):
        for payload in LEAST:
            found = interpreter.run("aio_ticker", server.host, server.port, "1x10000000", payload)
            note = f"{found['ticks']:,} ticks of 10 ms"
            what = f"{interpreter.name}, {payload}: a ticker, late at the most"
            table.add(what, found["late"] / 1000, "ms", note=note)
    _threads(table, server)
    return table


def _threads(table: Table, server: Mailboxes) -> None:
    # no client for asyncio is on PyPI, so programs run poplib in threads
    for box, what in ((LARGE, "a mail of 50 MB"), (SMALL, "2,000 small mails in turn")):
        taken = cpython().race("aio_threads", ("threads", "aio"), server.host, server.port, box, 4096)
        ratio = taken["threads"] / taken["aio"]
        table.add(f"CPython, 4096: {what}, aio ÷ poplib in asyncio's threads", ratio)


def _speed(table: Table, interpreter: Interpreter, server: Mailboxes, payload: int, least: float) -> None:
    name = f"{interpreter.name}, {payload}"
    for box, what in ((LARGE, "a mail of 50 MB"), (SMALL, "2,000 small mails in turn")):
        taken = interpreter.race("speed", ("micropop", "aio"), server.host, server.port, box, payload)
        target = {"target": least, "least": True} if box == LARGE and interpreter.machine else {}
        table.add(f"{name}: {what}, aio \N{DIVISION SIGN} micropop", taken["micropop"] / taken["aio"], **target)
