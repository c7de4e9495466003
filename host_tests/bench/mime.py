"""Reading mail that people can read: heap, and speed beside `retrieve` alone and beside the email package."""

from functools import cache

from boards.tools.unavailable import Unavailable
from host_tests.bench import instructions, rom
from host_tests.bench.interpreters import BEST, BOARD, Failed, board, cpython
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.mails import mail
from host_tests.bench.rows import Table

__all__ = ["measure"]

OCTETS = 10_000_000
SOME = 1_000_000  # octets of a mail whose reading is timed
PAYLOADS = (512, 1460)
HEAP = {"ROMFS": 6144, ".mpy": 10_240}
"""Bytes beyond the session, code included."""
LEAST = {"base64": 0.5, "plain": 0.7, "quoted": 0.2, "cyrillic": 0.04}
"""Of the speed of `retrieve` alone, on a 32-bit board, by what a mail is made of."""
NAMES = {
    "base64": "base64",
    "plain": "plain text",
    "quoted": "quoted-printable, an escape in 37 characters",
    "cyrillic": "Cyrillic in quoted-printable",
    "whole": "a text and two attachments",
}
FASTER, SHARE = 5, 0.01  # against the email package: times as fast, and of its memory


def measure(server: Mailboxes) -> Table:
    """A mail of 10 MB with a text and two attachments; and 1 MB of each encoding."""
    table = Table("mime", "MIME: micropop.mime beside retrieve alone, and beside the email package")
    vm = board()
    for code, target in HEAP.items():
        for payload in PAYLOADS:
            what = f"heap beyond the session, a mail of 10 MB, {code}, pool of 2 × {payload}"
            try:
                image = [rom.image()] if code == "ROMFS" else []
                arguments = (server.host, server.port, f"1x{OCTETS}xwhole", payload, *image)
                found = vm.run("mime_heap", *arguments, heapsize="1M")
                note = f"{found['parts']} parts; {found['step']:,} B more where the table of names grows amid it"
                table.add(what, found["most"], "B", target=target, note=note)
            except (Unavailable, Failed) as reason:
                table.missing(what, str(reason).splitlines()[-1])
    for payload in PAYLOADS:
        for kind, least in LEAST.items():
            arguments = (server.host, server.port, f"1x{SOME}x{kind}", payload)
            taken = vm.race("mime_speed", ("retrieve", "mime"), *arguments)
            table.add(f"{vm.name}, {payload}: {NAMES[kind]}", SOME / taken["mime"], "MB/s")
            ratio = taken["retrieve"] / taken["mime"]
            table.add(
                f"{vm.name}, {payload}: {NAMES[kind]}, mime ÷ retrieve",
                ratio,
                target=least if payload == PAYLOADS[0] else None,
                least=True,
            )
    for kind in NAMES:
        _beside_email(table, kind)
    _count(table)
    return table


def _beside_email(table: Table, kind: str) -> None:
    small = _file(200_000, "whole")
    path = _file(OCTETS, kind)
    python = cpython()
    taken = dict.fromkeys(("email", "mime"), 1 << 62)
    octets = {}
    for _ in range(BEST):
        for how in taken:
            found = python.run("mime_pythons", how, path, "us", small)
            taken[how] = min(taken[how], found["us"])
            octets[how] = found["octets"]
    if not octets["mime"] * 0.98 < octets["email"] <= octets["mime"]:  # email makes a LF of a line's end
        raise Failed(f"{kind}: email decoded {octets['email']} octets, micropop {octets['mime']}")
    peaks = {how: python.run("mime_pythons", how, path, "peak", small)["peak"] for how in taken}
    whole = kind == "whole"
    name = f"CPython, 10 MB, {NAMES[kind]}"
    table.add(f"{name}: email", OCTETS / taken["email"], "MB/s")
    table.add(f"{name}: micropop.mime", OCTETS / taken["mime"], "MB/s")
    ratio = taken["email"] / taken["mime"]
    table.add(f"{name}: micropop.mime ÷ email", ratio, target=FASTER if whole else None, least=True)
    table.add(f"{name}: email, peak of memory", peaks["email"] / 1e6, "MB")
    table.add(f"{name}: micropop.mime, peak of memory", peaks["mime"] / 1e6, "MB")
    share = peaks["mime"] / peaks["email"]
    table.add(f"{name}: peak, micropop.mime ÷ email", share, target=SHARE if whole else None)


def _count(table: Table) -> None:
    try:
        for kind in LEAST:
            table.add(f"instructions for each KB, {NAMES[kind]}, 512", instructions.per_kilobyte("mime", 512, kind))
    except (Unavailable, Failed) as reason:
        table.missing("callgrind", str(reason).splitlines()[-1])


@cache
def _file(octets: int, kind: str) -> str:
    path = BOARD / f"{kind}-{octets}.eml"
    path.write_bytes(mail(octets, kind))
    return path.name
