"""Instructions that the processor executes for each KB of mail: counts repeat where times do not."""

import re
import subprocess

from boards.tools.unavailable import Unavailable
from host_tests.bench import others
from host_tests.bench.interpreters import BOARD, Failed, board
from host_tests.bench.mailboxes import stuffed
from host_tests.bench.mails import mail
from host_tests.bench.rows import Table

__all__ = ["measure", "per_kilobyte", "recorded"]

LIMITS = {512: 1.35, 1460: 1.12}
"""Times the instructions of the bare loop, by the payload."""
SHORT, LONG = 64_000, 564_000  # octets; what all runs have in common drops out of the difference


def measure() -> Table:
    """Callgrind's counts on the 32-bit MicroPython, from a file in place of the server."""
    table = Table("instructions", "Instructions for each KB of mail by callgrind, 32-bit MicroPython")
    try:
        for payload, most in LIMITS.items():
            figures = {}
            for how in ("find", "micropop"):
                figures[how] = per_kilobyte(how, payload)
            table.add(f"{payload}: readinto + find", figures["find"])
            table.add(f"{payload}: micropop", figures["micropop"])
            table.add(f"{payload}: micropop ÷ (readinto + find)", figures["micropop"] / figures["find"], target=most)
        table.add("a readline loop", per_kilobyte("readline", min(LIMITS)))
    except (Unavailable, Failed) as reason:
        table.missing("callgrind", str(reason).splitlines()[-1])
    return table


def per_kilobyte(how: str, payload: int, kind: str = "attachment") -> float:
    """Instructions for each KB of a mail of a kind, see ``mails.py``.

    :param how: see programs/instructions.py
    :raises Failed: if nothing was counted
    :raises Unavailable: where there is no valgrind
    """
    low, high = (_count(how, payload, octets, kind) for octets in (SHORT, LONG))
    return (high - low) * 1000 / (LONG - SHORT)


def _count(how: str, payload: int, octets: int, kind: str) -> int:
    program, environment = others.valgrind()
    recording = BOARD / f"recording-{payload}-{octets}-{kind}"
    recording.write_bytes(recorded(payload, octets, kind))
    command, variables = board().command("instructions", how, recording.name, payload)
    done = subprocess.run(
        [program, "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
        cwd=BOARD,
        env=variables | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or collected is None or "received" not in done.stdout:
        raise Failed((done.stdout + done.stderr).strip() or "callgrind counted nothing")
    return int(collected.group(1))


def recorded(payload: int, octets: int, kind: str = "attachment") -> bytes:
    """What a server sends in a session of USER, PASS and RETR.

    Each reply fills a packet, so that it is all that the client's one readinto gets.
    """
    reply = b"+OK " + b"-" * (payload - 6) + b"\r\n"
    return reply * 3 + b"+OK\r\n" + stuffed(mail(octets, kind)) + b".\r\n"
