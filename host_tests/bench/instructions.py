"""Instructions that the processor executes for each KB of mail: counts repeat where times do not."""

import re
import subprocess

from boards.tools.unavailable import Unavailable
from host_tests.bench import others
from host_tests.bench.interpreters import BOARD, Failed, board
from host_tests.bench.mailboxes import body
from host_tests.bench.rows import Table

__all__ = ["measure", "recorded"]

PAYLOADS = (512, 1460)
SHORT, LONG = 64_000, 564_000  # octets; what all runs have in common drops out of the difference


def measure() -> Table:
    """Callgrind's counts on the 32-bit MicroPython, from a file in place of the server."""
    table = Table("instructions", "Instructions for each KB of mail by callgrind, 32-bit MicroPython")
    try:
        program, environment = others.valgrind()
        for payload in PAYLOADS:
            figures = {}
            for how in ("find", "micropop"):
                figures[how] = _per_kilobyte(program, environment, how, payload)
            table.add(f"{payload}: readinto + find", figures["find"])
            table.add(f"{payload}: micropop", figures["micropop"])
            table.add(f"{payload}: micropop ÷ (readinto + find)", figures["micropop"] / figures["find"])
        table.add("a readline loop", _per_kilobyte(program, environment, "readline", PAYLOADS[0]))
    except (Unavailable, Failed) as reason:
        table.missing("callgrind", str(reason).splitlines()[-1])
    return table


def _per_kilobyte(program: str, environment: dict[str, str], how: str, payload: int) -> float:
    low, high = (_count(program, environment, how, payload, octets) for octets in (SHORT, LONG))
    return (high - low) * 1000 / (LONG - SHORT)


def _count(program: str, environment: dict[str, str], how: str, payload: int, octets: int) -> int:
    recording = BOARD / f"recording-{payload}-{octets}"
    recording.write_bytes(recorded(payload, octets))
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


def recorded(payload: int, octets: int) -> bytes:
    """What a server sends in a session of USER, PASS and RETR.

    Each reply fills a packet, so that it is all that the client's one readinto gets.
    """
    reply = b"+OK " + b"-" * (payload - 6) + b"\r\n"
    return reply * 3 + b"+OK\r\n" + body(octets) + b".\r\n"
