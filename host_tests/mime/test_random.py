"""Mails made at random, whole and damaged: every octet of a whole one comes out, and nothing breaks the reader.

CPython's ``email`` gives a hint where the test itself is wrong; it is no judge.
"""

import email
import os
import random
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from micropop import mime

from boards.virtual import vm
from host_tests.mime.both import invariants
from host_tests.mime.both.helpers import Message, octets
from host_tests.mime.test_on_micropython import BOTH, SMALL_HEAP, folders
from host_tests.mime.trees import damaged, tree

LONG = os.environ.get("FUZZ") == "long"
EXAMPLES = 600 if LONG else 150
ON_A_BOARD = 400 if LONG else 40
SEED = random.randrange(1 << 30) if LONG else 1

briefly = settings(
    max_examples=EXAMPLES,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
SIZES = st.one_of(st.integers(1, 40), st.sampled_from([64, 77, 78, 79, 512, 1460, 5000]))


@briefly
@given(st.randoms(use_true_random=False), SIZES)
def test_every_octet_of_a_whole_mail_comes_out(chance: random.Random, size: int) -> None:
    made = tree(chance)
    found = [(part.type, octets(part)) for part in mime.read(Message(made.octets, size))]
    assert found == made.leaves, made.octets


def test_the_trees_are_what_python_s_email_reads_too() -> None:
    agreed = 0
    for seed in range(100):
        made = tree(random.Random(seed))
        parts = [part for part in email.message_from_bytes(made.octets).walk() if not part.is_multipart()]
        found = [(part.get_content_type(), part.get_payload(decode=True)) for part in parts]
        agreed += found == made.leaves
    assert agreed > 30


@briefly
@given(st.randoms(use_true_random=False))
def test_damage_breaks_nothing(chance: random.Random) -> None:
    invariants.run(chance.randbytes(3) + damaged(chance, tree(chance).octets))


@briefly
@given(st.binary(min_size=3, max_size=300))
def test_noise_breaks_nothing(data: bytes) -> None:
    invariants.run(data)


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["=?utf-8?q?", "=?utf-8?B?", "?=", "=?", "=C3", "=BC", "w7w", "koi8-r", " ", "\r\n ", *'"<>()@,\\']
        ),
        st.text(st.characters(codec="utf-8"), max_size=5),
    ),
    max_size=20,
).map("".join)
FIELDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["Subject", "From", "To", "Date", "X-Other", "Content-Type", "Content-Disposition", "Content-ID", "X y", ""]
        ),
        st.one_of(
            WORDS,
            st.lists(
                st.sampled_from(
                    ["multipart/mixed", "text/html", " boundary=", "b", "name", "utf-8''", "%C3%BC", *';"*01=']
                ),
                max_size=12,
            ).map("".join),
        ),
    ),
    max_size=8,
)


@briefly
@given(FIELDS, st.binary(min_size=3, max_size=3), st.binary(max_size=100))
def test_odd_headers_break_nothing(fields: list[tuple[str, str]], how: bytes, body: bytes) -> None:
    header = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
    invariants.run(how + header + b"\r\n--b\r\n" + body)


def on_a_board(folder: Path, mails: list[bytes], heap: str) -> list[str]:
    """What ``on_board.py`` prints of mails on MicroPython."""
    for number, data in enumerate(mails):
        (folder / str(number)).write_bytes(data)
    done = subprocess.run(
        vm.find().command("-m", "host_tests.mime.both.on_board", folder, len(mails), heapsize=heap),
        capture_output=True,
        text=True,
        check=False,
        cwd=BOTH,
        env={**os.environ, "MICROPYPATH": folders()},
    )
    assert done.returncode == 0, f"seed {SEED}: {done.stdout[-300:]}{done.stderr[-2000:]}"
    return done.stdout.splitlines()


def test_a_board_reads_them_alike(tmp_path: Path) -> None:
    """What comes out of the same mails on MicroPython is what CPython makes of them."""
    chance = random.Random(SEED)
    mails = [chance.randbytes(3) + damaged(chance, tree(chance).octets) for _ in range(ON_A_BOARD)]
    mails += [chance.randbytes(3) + tree(chance).octets for _ in range(ON_A_BOARD)]
    wanted = [f"{number} {invariants.run(data)}" for number, data in enumerate(mails)]
    for line, right in zip(on_a_board(tmp_path, mails, "120K"), wanted, strict=True):
        assert line == right, f"seed {SEED}: {mails[int(right.split()[0])]!r}"


def test_a_board_with_48_kilobytes_reads_them_too(tmp_path: Path) -> None:
    """There a text may come in more than one piece."""
    chance = random.Random(SEED + 1)
    mails = [chance.randbytes(3) + damaged(chance, tree(chance).octets) for _ in range(2 * ON_A_BOARD)]
    assert len(on_a_board(tmp_path, mails, SMALL_HEAP)) == len(mails)
