"""The faces of other clients: their heap, and their speed beside the clients whose calls they have."""

from host_tests.bench.interpreters import board, cpython
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.rows import Table
from host_tests.bench.throughput import SMALL

__all__ = ["measure"]

LARGE = "1x10000000"
SESSIONS = {"client": (512, 2), "poplib": (1024, 1), "netx": (512, 2), "aio": (512, 2)}
"""Each face, and its pool; that of poplib is its own."""


def measure(server: Mailboxes) -> Table:
    """Heap of each face on a 32-bit board: its code, and an open session; and poplib's mails beside poplib's own."""
    table = Table("faces", "The faces: heap on the 32-bit MicroPython, and speed on CPython")
    vm = board()
    for face in ("poplib", "netx"):
        found = vm.run("import_heap", "micropop", f"micropop.{face}")
        table.add(f"import micropop.{face}, beyond micropop", found[f"micropop.{face}"], "B")
    found = vm.run("import_heap", "micropop", "asyncio.stream", "micropop.aio")
    table.add("import micropop.aio, beyond micropop and asyncio.stream", found["micropop.aio"], "B")
    for face, (payload, packets) in SESSIONS.items():
        found = vm.run("face_heap", face, server.host, server.port, "1x1000", payload, packets)
        name = "micropop" if face == "client" else f"micropop.{face}"
        what = f"open session of {name}, pool of {packets} × {payload}, beyond the payload"
        table.add(what, found["objects"], "B", note="its objects")
        table.add(f"{what}, first one", found["all"], "B", note="and the code that it loaded")
    python = cpython()
    for box, what in ((LARGE, "a mail of 10 MB"), (SMALL, "2,000 small mails in turn")):
        taken = python.race("poplib_speed", ("poplib", "micropop.poplib"), server.host, server.port, box)
        ratio = taken["poplib"] / taken["micropop.poplib"]
        table.add(f"CPython: {what}, micropop.poplib ÷ poplib", ratio)
    return table
