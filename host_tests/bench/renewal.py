"""A renewal of an access token: what it takes of a board's heap, and what is left meanwhile."""

import tempfile
from pathlib import Path

from boards.virtual import profile
from host_tests.bench.interpreters import board as interpreter
from host_tests.bench.rows import Table
from host_tests.oauth import boards
from host_tests.oauth.provider import CLIENT, Provider
from host_tests.oauth.running import seeded
from host_tests.servers import certificates
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted

__all__ = ["heap", "measure"]

TOKEN = 2400  # octets of the access token: Microsoft's
OTHERS = 1000  # octets of members that nobody wants, before and behind
LEFT = 8192  # bytes


def measure() -> Table:
    """One in the heap of a program, and those of the watcher on boards."""
    table = heap()
    for key in ("rpi_pico_w", "esp32_generic"):
        about = profile.load(key)
        what = f"heap left at the least, {about.name} with the watcher ({about.heap:,} B)"
        try:
            table.add(what, _left(key), "B", target=LEFT, least=True)
        except AssertionError as reason:
            table.missing(what, reason)
    return table


def heap() -> Table:
    """What a renewal takes beyond a Token, on the 32-bit MicroPython."""
    table = Table("renewal", f"A renewal over TLS, access token of {TOKEN:,} octets, 32-bit MicroPython")
    with tempfile.TemporaryDirectory() as folder:
        with _provider(Path(folder), lambda user, seconds: "e" * TOKEN) as provider:
            path = seeded(Path(folder), provider)
            found = interpreter().run("renewal_heap", provider.address(), CLIENT, path, provider.ca_der)
    note = "code that is loaded for the step, the connection and its SSLContext; a packet of 512 is the caller's"
    table.add("heap at the most while it waits", found["most"], "B", target=14336, note=note)
    table.add("heap that the first one keeps for good", found["kept"], "B", note="names, which the interpreter keeps")
    table.add("heap that another one keeps", found["more"], "B", target=320)
    return table


def _provider(folder: Path, issue) -> Provider:
    provider = Provider(certificates.make(folder / "certificates"), issue=issue)
    provider.knobs.piece, provider.knobs.pause, provider.knobs.padding = 300, 0.02, OTHERS
    return provider


def _left(key: str) -> int:
    def issue(user: str, seconds: int) -> str:
        server.tokens[user] = "e" * TOKEN
        return server.tokens[user]

    with tempfile.TemporaryDirectory() as folder, _provider(Path(folder), issue) as provider:
        provider.knobs.told = 1
        made = provider.made
        with Scripted(mails=small_mails(3), made=made, tokens={boards.USER: "nothing yet"}) as server:
            with boards.board(Path(folder), server, provider, key, main=boards.MEASURING) as running:
                return boards.least_free(running)
