"""Inputs for the board: seeds of one target, changed at random places."""

import random
from pathlib import Path

from host_tests.fuzz.seeds import seeds
from host_tests.fuzz.targets import PAYLOADS, SEPARATOR, TARGETS

__all__ = ["make", "write"]

PIECES = (b"\r\n", b"\n", b"\r", b".", b"..", b"\r\n.\r\n", b"+OK", b"-ERR [", b"+ ", b" ", b"\0", SEPARATOR)
PIECES += (b"x" * 90, b"\xc3", b"1", b"4294967296", b"<", b"@", b">")
LONGEST = 2000  # bytes of an input


def make(name: str, count: int, seed: int) -> list[bytes]:
    """``count`` inputs for a target; the same for the same ``seed``."""
    chance = random.Random(f"{name} {seed}")
    index = [target[0] for target in TARGETS].index(name)
    mine = [data for data in seeds() if data[0] == index]
    return mine + [_changed(chance.choice(mine), chance) for _ in range(count - len(mine))]


def _changed(data: bytes, chance: random.Random) -> bytes:
    """A copy that differs in some places, and comes in other packets and pieces."""
    data = data[:1] + chance.randbytes(3) + data[4:]
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(4, len(data) + 1)
        behind = at + chance.choice((0, 0, 1, 2, 9))
        data = data[:at] + (chance.choice(PIECES) if chance.random() < 0.7 else chance.randbytes(1)) + data[behind:]
    return data[:LONGEST]


def write(path: Path, inputs: list[bytes]) -> None:
    """A file of inputs as ``programs/board.py`` reads it: numbers of two bytes, replies with their lengths in front."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for data in inputs:
            replies = data[4:].split(SEPARATOR)
            head = (PAYLOADS[data[1] % len(PAYLOADS)], 1 + data[2] % 3, 1 + data[3], len(replies))
            record = b"".join(map(_number, head)) + b"".join(_number(len(reply)) + reply for reply in replies)
            file.write(_number(len(record)) + record)


def _number(value: int) -> bytes:
    return value.to_bytes(2, "little")
