"""The searches, each in a process of its own: guided by coverage, at random on a board, and by hypothesis."""

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from boards.tools.mpy import compile_tree
from boards.tools.paths import LIB, PRIVATE, ROOT
from boards.tools.unavailable import Unavailable
from boards.virtual import vm
from host_tests.fuzz import inputs
from host_tests.fuzz.seeds import seeds

__all__ = ["BOARD_TARGETS", "Found", "by_coverage", "by_hypothesis", "on_a_board"]

FOLDER = PRIVATE / "fuzz"
CASES = Path(__file__).parent / "cases"
PROPERTIES = (
    Path(__file__).parent / "properties",
    ROOT / "host_tests" / "store" / "test_model.py",
    ROOT / "host_tests" / "firmware" / "test_watch_model.py",
    ROOT / "host_tests" / "mime" / "test_random.py",
)
"""What hypothesis searches; the last on a board as well."""
LONGEST = {"session": 2048, "mime": 8192}  # bytes of an input, by the subject of the search
HANGS = 10  # seconds that one input may take

BOARD_TARGETS = (
    "greeting",
    "numbers",
    "lists",
    "bodies",
    "abandoned",
    "capabilities",
    "check",
    "USER",
    "APOP",
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
)
"""Those of targets.TARGETS that board.py has too."""


class Found(Exception):
    """A search found input that breaks the library; the text tells all of it."""


def by_coverage(subject: str, *, runs: int | None = None, seconds: int | None = None, seed: int = 0) -> str:
    """Search with Atheris, from the seeds and what earlier searches added to them; returns its last word.

    :param subject: "session", or "mime"
    :param runs, seconds: when to stop
    :param seed: of its chance; 0: another in every run, and what it learns is kept for the next
    :raises Found: with the input kept among the cases
    :raises Unavailable: where Atheris is not installed
    """
    try:
        import atheris  # noqa: F401
    except ImportError:
        raise Unavailable("no Atheris for this Python or processor") from None
    place = FOLDER / subject
    learnt, given, broken = (place / name for name in ("learnt" if not seed else "learnt-in-test", "seeds", "broken"))
    for folder in (learnt, given, broken):
        folder.mkdir(parents=True, exist_ok=True)
    if seed:  # the same search every time
        for old in learnt.iterdir():
            old.unlink()
    for number, data in enumerate(seeds() if subject == "session" else mails()):
        (given / f"{number:02}").write_bytes(data)
    for case in CASES.iterdir():
        if case.name.startswith("mime-") == (subject == "mime"):
            (given / case.name).write_bytes(case.read_bytes())
    command = [sys.executable, "-m", "host_tests.fuzz.coverage", subject]
    command += [f"-max_len={LONGEST[subject]}", f"-timeout={HANGS}"]
    command += [f"-artifact_prefix={broken}/", "-verbosity=0", "-print_final_stats=1"]
    command += [f"-runs={runs}"] if runs is not None else []
    command += [f"-max_total_time={seconds}"] if seconds is not None else []
    command += [f"-seed={seed}"] if seed else []
    done = _run([*command, str(learnt), str(given)], PYTHONPATH=os.pathsep.join(map(str, (ROOT, LIB))))
    if done.returncode:
        for path in broken.iterdir():
            path.rename(CASES / (("mime-" if subject == "mime" else "") + path.name))
        raise Found(done.stdout[-2000:] + done.stderr[-6000:])
    executed = re.search(r"stat::number_of_executed_units: *(\d+)", done.stderr)
    return f"{int(executed.group(1)):,} inputs" if executed else "done"


def mails() -> list[bytes]:
    """The mails of the reader's tests, each cut in two ways: see ``invariants.run()``."""
    paths = sorted((ROOT / "host_tests" / "mime" / "mails").glob("*.eml"))
    return [bytes([63, 12, number % 256]) + path.read_bytes() for number, path in enumerate(paths)]


def on_a_board(name: str, count: int, heap: str, seed: int = 1) -> dict[str, int]:
    """Feed random input to the library on the 32-bit MicroPython.

    :param name: one of BOARD_TARGETS
    :param count: how many inputs
    :param heap: of the MicroPython, such as "24K"
    :return: ``inputs``: how many passed, and ``short``: in how many of them memory was too short
    :raises Found: with the input kept among the cases
    """
    machine = vm.find()
    place = PRIVATE / "mpy" / "fuzz"
    compile_tree(LIB, place / "lib", optimise=3)
    compile_tree(Path(__file__).parent / "programs", place / "programs", optimise=3)
    data = inputs.make(name, count, seed)
    with tempfile.NamedTemporaryFile(prefix="inputs-", dir=place) as file:
        inputs.write(Path(file.name), data)
        command = machine.command("-m", "board", name, Path(file.name).name, heapsize=heap)
        done = _run(command, place, MICROPYPATH="lib:programs")
    if done.returncode:
        broken = re.search(r"^input (\d+)$", done.stdout, re.M)
        if broken:
            (CASES / f"board-{name}-{seed}-{broken.group(1)}").write_bytes(data[int(broken.group(1))])
        raise Found(f"{name}, heap {heap}: {done.stdout}{done.stderr}")
    return {word: int(number) for word, number in (line.split() for line in done.stdout.splitlines())}


def by_hypothesis(seed: int, seconds: float | None = None) -> bool:
    """Run the tests of properties/, and the models of the store, the watch and the reader: more and longer examples.

    :param seed: of their chance
    :param seconds: that they may take, or None
    :return: whether they came to their end
    :raises Found: if one fails
    """
    for place in random.Random(seed).sample(PROPERTIES, len(PROPERTIES)):
        command = [sys.executable, "-m", "pytest", "-x", f"--hypothesis-seed={seed}", str(place)]
        start = time.monotonic()
        try:
            done = _run(command, FUZZ="long", timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode:
            raise Found(done.stdout[-6000:])
        if seconds is not None:
            seconds = max(1.0, seconds - (time.monotonic() - start))
    return True


def _run(
    command: list[str], folder: Path = ROOT, timeout: float | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with a few variables of its own in the environment."""
    whole = dict(os.environ, **environment)
    return subprocess.run(command, env=whole, cwd=folder, capture_output=True, text=True, check=False, timeout=timeout)
