"""One room: a copy of the project is broken at a place, and the room's tests run, over and over."""

import contextlib
import os
import resource
import shlex
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.testing import run_tests
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkItem, WorkResult

from boards.tools.paths import PRIVATE, ROOT
from host_tests.mutants import faults
from host_tests.mutants.equivalent import Equivalents, difference
from host_tests.mutants.rooms import Room

__all__ = ["FOLDER", "Broken", "Outcome", "run"]

FOLDER = PRIVATE / "mutants"
COPIED = ("lib", "firmware", "boards", "host_tests", "pyproject.toml", "package.json", "README.md")
APART = ("__init__.py", "clock.py", "netx.py", "pem.py", "poplib.py")  # modules that no room is about
OWN = ("mpy", "mutants")  # folders of .private that the copy has for itself: the broken library is compiled there
MEMORY = 4 << 30  # bytes; a fault may make a loop endless
PYTEST = ("-m", "pytest", "-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=line")


class Broken(Exception):
    """The tests fail although nothing is broken."""


@dataclass
class Outcome:
    """What came of a room's sample."""

    places: int
    killed: int = 0
    equivalent: int = 0
    survivors: list[tuple[str, int, str, str]] = field(default_factory=list)  # module, line, old, new
    seconds: float = 0.0

    @property
    def tried(self) -> int:
        return self.killed + len(self.survivors)


def run(name: str, room: Room, seed: int, most: int, until: float) -> Outcome:
    """Break a room again and again.

    :param most: faults that are tried
    :param until: in the monotonic clock's seconds: no more are tried then
    :raises Broken: where the tests fail already, with their output
    """
    faults.install()
    place = _copy(name)
    command = shlex.join([sys.executable, *PYTEST, *room.command()])
    database = FOLDER / f"{name}.sqlite"
    database.unlink(missing_ok=True)
    start = time.monotonic()
    work = WorkDB(database, WorkDB.Mode.create)
    with _inside(place), contextlib.closing(work):
        for _ in range(2):  # the first makes what tests need
            start = time.monotonic()
            outcome, output = run_tests(command, 600)
            if outcome is not TestOutcome.SURVIVED:
                raise Broken(output[-3000:])
        patience = 10 + 4 * (time.monotonic() - start)
        start = time.monotonic()
        places, items = faults.sample(room.modules(place), work, f"{seed} {name}")
        found = Outcome(places)
        known = Equivalents()
        for item in items:
            if found.tried >= most or time.monotonic() > until:
                break
            try:
                module, line, old, new = _fault(item, place)
            except AttributeError:  # of an ``except`` with dotted names, for which Cosmic Ray has none
                continue
            if (module, old, new) in known:
                found.equivalent += 1
                continue
            result: WorkResult = mutate_and_test(item.mutations, command, patience)
            work.set_result(item.job_id, result)
            if result.is_killed:
                found.killed += 1
            else:
                found.survivors.append((module, line, old, new))
                print(f"  {module}:{line}\n    - {old}\n    + {new}", flush=True)
        found.seconds = time.monotonic() - start
    return found


def _fault(item: WorkItem, place: Path) -> tuple[str, int, str, str]:
    """The module, the line, and the line before and after it is broken."""
    change = item.mutations[0]
    before = change.module_path.read_text()
    operator = cosmic_ray.plugins.get_operator(change.operator_name)(**change.operator_args)
    after = mutate_code(before, operator, change.occurrence) or before
    module = change.module_path.relative_to(place / "lib/micropop").as_posix()
    return module, change.start_pos[0], *difference(before, after)


def _copy(name: str) -> Path:
    """A copy of the project, which shares all of .private that the library is not in."""
    place = FOLDER / "trees" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for part in COPIED:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, place / part)
    private = place / ".private"
    private.mkdir()
    for path in PRIVATE.iterdir():
        if path.name not in OWN:
            (private / path.name).symlink_to(path)
    return place


@contextlib.contextmanager
def _inside(place: Path):
    """In that folder, with bounded memory, for this process and those that it starts."""
    before = Path.cwd()
    limits = resource.getrlimit(resource.RLIMIT_AS)
    os.chdir(place)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
        os.chdir(before)
