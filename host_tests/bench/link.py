"""What waiting costs: round trips of a check for mail, and many mails through a slow link."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from boards.tools.unavailable import Unavailable
from host_tests.bench import others
from host_tests.bench.interpreters import board, cpython
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.rows import Table
from host_tests.servers.delay import SlowLink

__all__ = ["check", "slow"]

DELAY = 50  # milliseconds each way
MBIT = 1
OCTETS = 1000
MOST = 1.03  # times what the line alone takes


def check(server: Mailboxes) -> Table:
    """Round trips of one check for mail."""
    table = Table("round_trips", "Round trips of one check for mail, in clear (TCP's handshake not counted)")
    rows = (
        ("PLAIN, server known from the last session", "PLAIN", 1, 4),
        ("APOP, server known from the last session", "APOP", 1, 4),
        ("USER/PASS, server known from the last session", "USER", 1, None),
        ("first session: the best method is looked for", "best", 0, None),
    )
    with SlowLink(server.port) as link:
        for what, method, known, target in rows:
            link.reset()
            board().run("check", link.host, link.port, "5x1000", method, known)
            trips = link.round_trips + 1  # the greeting
            table.add(what, trips, target=target, note="greeting, login, STAT+UIDL, QUIT" if target else "")
    return table


def slow(server: Mailboxes, count: int) -> Table:
    """Many mails through a link of 50 ms each way and 1 Mbit/s; each client has a link of its own, all at a time."""
    name = f"{count}x{OCTETS}"
    table = Table("slow_link", f"{count:,} mails of {OCTETS:,} octets, {DELAY} ms each way, {MBIT} Mbit/s")
    clients: dict[str, Callable[[SlowLink], object]] = {
        "micropop, 32 bit, pipelined": lambda link: board().run("speed", "pipelined", *_to(link), name, 512),
        "micropop, 32 bit, in turn": lambda link: board().run("speed", "micropop", *_to(link), name, 512),
        "poplib": lambda link: cpython().run("poplib_speed", *_to(link), name),
    }
    try:
        curl = others.curl()
        clients["curl"] = lambda link: curl.fetch(*_to(link), name)
    except Unavailable as reason:
        table.missing("curl", reason)
    try:
        mpop = others.mpop()
        clients["mpop, pipelined"] = lambda link: mpop.fetch(*_to(link), name, pipelining=True, alone=False)
        clients["mpop, in turn"] = lambda link: mpop.fetch(*_to(link), name, pipelining=False, alone=False)
    except Unavailable as reason:
        table.missing("mpop", reason)

    def timed(fetch: Callable[[SlowLink], object]) -> tuple[float, int, int] | Unavailable:
        with SlowLink(server.port, DELAY, MBIT) as link:
            start = time.perf_counter()
            try:
                fetch(link)
            except Unavailable as reason:
                return reason
            return time.perf_counter() - start, link.round_trips + 1, link.octets_down

    with ThreadPoolExecutor(len(clients)) as pool:
        found = dict(zip(clients, pool.map(timed, clients.values()), strict=True))
    least = found["micropop, 32 bit, in turn"][2] * 8 / (MBIT * 1e6)
    table.add("the least: all octets at full rate", least, "s")
    for what, result in found.items():
        if isinstance(result, Unavailable):
            table.missing(what, result)
        else:
            seconds, trips, _ = result
            table.add(what, seconds, "s", note=f"{trips:,} round trips")
    ours = found["micropop, 32 bit, pipelined"]
    if not isinstance(ours, Unavailable):
        table.add("micropop, pipelined ÷ the least", ours[0] / least, target=MOST)
    return table


def _to(link: SlowLink) -> tuple[str, int]:
    return link.host, link.port
