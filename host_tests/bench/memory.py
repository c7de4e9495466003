"""Memory: what the library, a session and a download take of a board's heap."""

from collections.abc import Callable
from functools import cache

from boards.tools.unavailable import Unavailable
from host_tests.bench import rom
from host_tests.bench.interpreters import BOARD, Failed, Interpreter, board, cpython
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.rows import Table

__all__ = ["download", "imports", "netx", "pythons", "session", "smallest_heap"]

CORE = ("__init__", "client", "packets", "session")
ELSEWHERE = (
    "aio.cpython",
    "clock",
    "transport.circuitpython",
    "transport.cpython",
)  # other platforms'; those that start so
DOWNLOADS = (("1 KB", 1000), ("1 MB", 1_000_000), ("10 MB", 10_000_000))
NETX = (
    ("code of the client (flash)", 4056),
    ("code of MD5 (flash)", 2080),
    ("code of the packet services (flash)", 1658),
    ("client, its socket included", 576),
    ("header of a packet", 60),
    ("pool", 60),
    ("its demo's whole RAM, pool of 14,600 bytes", 26_388),
    ("its demo's whole RAM, pool of 5,000 bytes", 16_788),
)
HEAPS = range(4, 257)  # KB that a smallest heap is looked for in


def imports() -> Table:
    """What ``import micropop`` takes, and each further part beyond it."""
    table = Table("imports", "Heap that an import takes, 32-bit MicroPython, compiled (.mpy) unless told")
    vm = board()
    unit = {"unit": "B"}
    table.add("import micropop", vm.run("import_heap", "micropop")["micropop"], target=9728, **unit)
    try:
        from_rom = vm.run("romfs_heap", rom.image(), heapsize="1M")["micropop"]
        table.add("import micropop from ROMFS", from_rom, target=4608, note="code stays in flash", **unit)
    except (Failed, Unavailable) as reason:
        table.missing("import micropop from ROMFS", str(reason).splitlines()[-1])
    source = vm.run("import_heap", "micropop", lib=_source())["micropop"]
    table.add("import micropop from .py", source, note="as sources are copied to a board", **unit)
    for part in _parts():
        name = "micropop." + part
        found = vm.run("import_heap", "micropop", name)[name]
        table.add(f"further: {part}", found, note="with what it brings; loaded when first needed", **unit)
    return table


def session(server: Mailboxes) -> Table:
    """What an open session and each packet of a download take."""
    table = Table("session", "Heap of a session in clear, 32-bit MicroPython")
    vm = board()
    for payload, packets in ((512, 2), (512, 4)):
        found = vm.run("session_heap", server.host, server.port, "1x1000", payload, packets)
        pool = f"open session, pool of {packets} × {payload}, beyond the payload"
        table.add(pool, found["objects"], "B", target=1536, note="its objects")
        table.add(pool + ", first one", found["all"], "B", note="and the transport's code, loaded by connect()")
    for payload in (512, 1460):
        found = vm.run("packet_heap", server.host, server.port, "1x10000000", payload)
        per_packet = found["bytes"] / found["packets"]
        note = f"{found['packets']:,} packets under heap_lock(), {found['full']:,} full ones"
        what = f"allocated per packet of {payload} while downloading, data of full ones read"
        table.add(what, per_packet, "B", target=0, note=note)
    table.add("allocated where the data of a partial packet is read", found["partial"], "B", target=32)
    return table


def download(server: Mailboxes) -> Table:
    """The smallest heaps in which mails of different sizes can be fetched."""
    table = Table("smallest_heap", "Smallest heap: import, login, download, pool of 2 × 512, 32-bit MicroPython")
    vm = board()
    for name, octets in DOWNLOADS:
        heap = smallest_heap(vm, "fetch", server.host, server.port, f"1x{octets}", 512, 2)
        table.add(f"a mail of {name}, APOP, garbage collected between the steps", heap, "KB")
    for method, how, target in (("APOP", "APOP", 16), ("any", "a method of the client's choice", 20)):
        heap = smallest_heap(vm, "download", server.host, server.port, "1x10000000", 512, 2, method)
        table.add(f"a mail of 10 MB, {how}, an ordinary program", heap, "KB", target=target)
    what = "a mail of 10 MB, APOP, an ordinary program, ROMFS"
    try:
        arguments = (rom.image(), server.host, server.port, "1x10000000", 512, 2, "APOP")
        heap = smallest_heap(vm, "romfs_download", *arguments, size=rom.with_flash)
        table.add(what, heap, "KB", target=12, note="the image is not counted: it lies in flash")
    except (Failed, Unavailable) as reason:
        table.missing(what, str(reason).splitlines()[-1])
    return table


def pythons(server: Mailboxes) -> Table:
    """What a download takes on a PC: micropop, poplib, and poplib with the email package."""
    table = Table("pythons", "Memory of a download on CPython: the peak of what Python allocates after the login")
    for name, octets in DOWNLOADS:
        for how, what in (("micropop", "micropop"), ("poplib", "poplib"), ("email", "poplib + email")):
            found = cpython().run("pythons", how, server.host, server.port, f"1x{octets}")
            table.add(f"{name}: {what}", found["peak"], "B")
    return table


def netx() -> Table:
    """The NetX POP3 Client's memory on a 32-bit ARM, measured from its compiled code and its demo's map."""
    table = Table("netx", "For comparison: NetX POP3 Client in C, 32-bit ARM")
    for what, octets in NETX:
        table.add(what, octets, "B")
    return table


def smallest_heap(
    vm: Interpreter, program: str, *arguments: object, size: Callable[[int], int] = lambda octets: octets
) -> int:
    """The least whole number of KB of heap in which a program ends well.

    :param size: the bytes to give the interpreter for so many bytes of heap, where not all is counted
    """

    def enough(kilobytes: int) -> bool:
        try:
            vm.run(program, *arguments, heapsize=size(kilobytes * 1024))
        except Failed as failure:
            if "memory" not in str(failure):
                raise
            return False
        return True

    low, high = HEAPS[0], HEAPS[-1]
    if not enough(high):
        raise Failed(f"{program} does not run in {high} KB")
    while low < high:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _parts() -> list[str]:
    """The library's modules beyond its core that a board with MicroPython loads."""
    root = BOARD / "lib" / "micropop"
    names = [".".join(path.relative_to(root).with_suffix("").parts) for path in sorted(root.rglob("*.mpy"))]
    return [name for name in names if name not in CORE and "__" not in name and not name.startswith(ELSEWHERE)]


@cache
def _source() -> str:
    """The library's sources in the board's folder, under a name as long as that of the compiled ones."""
    from boards.tools.paths import LIB

    place = BOARD / "src"
    if not place.exists():
        place.symlink_to(LIB)
    return place.name
