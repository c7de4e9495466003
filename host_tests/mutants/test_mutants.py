"""The mutation tests themselves: faults are made, noticed and reported; the tables name what there is."""

import time
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code

from boards.tools.paths import LIB, ROOT
from host_tests.mutants import running
from host_tests.mutants.equivalent import Equivalents, difference
from host_tests.mutants.faults import Forget
from host_tests.mutants.rooms import ROOMS, Room


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_every_room_has_modules_and_tests(room):
    assert room.modules(ROOT)
    for path in (*room.modules(ROOT), *(ROOT / "host_tests" / name for name in room.tests)):
        assert path.exists(), path


def test_no_module_with_a_protocol_or_a_face_is_in_no_room():
    known = {path for room in ROOMS.values() for path in room.modules(ROOT)}
    known |= {LIB / "micropop" / name for room in ROOMS.values() for name in room.apart}
    apart = ("errors", "transport", "oauth")
    for path in (LIB / "micropop").rglob("*.py"):
        inner = path.relative_to(LIB / "micropop")
        assert path in known or inner.parts[0] in apart or inner.name in running.APART, inner


@pytest.mark.parametrize("example", Forget.examples(), ids=lambda example: example.pre_mutation_code)
def test_a_statement_is_forgotten(example):
    assert mutate_code(example.pre_mutation_code, Forget(), example.occurrence) == example.post_mutation_code


def test_what_is_said_to_be_equivalent_is_in_the_module():
    for fault in Equivalents().entries:
        lines = " ".join((LIB / "micropop" / fault["module"]).read_text().split())
        assert fault["old"] in lines, fault
        assert fault["why"] and fault["old"] != fault["new"]


def test_a_difference_is_what_changed():
    assert difference("a\n  b = 1\nc", "a\n  b = 2\nc") == ("b = 1", "b = 2")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an empty library and no tests."""
    project = tmp_path / "project"
    (project / "lib/micropop").mkdir(parents=True)
    (project / "host_tests").mkdir()
    private = project / ".private"
    private.mkdir()
    for name, value in (
        ("ROOT", project),
        ("PRIVATE", private),
        ("FOLDER", private / "mutants"),
        ("COPIED", ("lib", "host_tests")),
    ):
        monkeypatch.setattr(running, name, value)
    return project


def test_faults_are_noticed_or_survive(project):
    (project / "lib/micropop/sums.py").write_text("def double(x):\n    return x * 2\n\n\ndef idle():\n    return 5\n")
    test = (
        "import sys\nsys.path.insert(0, 'lib/micropop')\nimport sums\n\n\ndef test():\n    assert sums.double(3) == 6\n"
    )
    (project / "host_tests/test_sums.py").write_text(test)
    found = running.run("sums", Room(("sums.py",), ("test_sums.py",)), 1, 100, time.monotonic() + 100)
    assert found.places == found.tried == 3  # the operator, the 2, the 5
    assert [(module, old) for module, _, old, _ in found.survivors] == [("sums.py", "return 5")]
    (project / "host_tests/test_sums.py").write_text("def test():\n    assert False\n")
    with pytest.raises(running.Broken):
        running.run("sums", Room(("sums.py",), ("test_sums.py",)), 1, 1, time.monotonic() + 100)


def test_what_cannot_be_broken_is_passed_over(project):
    source = "import socket\n\ntry:\n    a = 5\nexcept (socket.gaierror, ValueError):\n    pass\n"
    (project / "lib/micropop/names.py").write_text(source)
    (project / "host_tests/test_names.py").write_text("def test():\n    pass\n")
    found = running.run("names", Room(("names.py",), ("test_names.py",)), 1, 100, time.monotonic() + 100)
    assert found.places == 3 and found.tried == 2  # the 5, ValueError
