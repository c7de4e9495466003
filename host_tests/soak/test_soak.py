"""The watcher, polling again and again while Wi-Fi and server fail in turn: its memory stays as it was."""

from pathlib import Path

import pytest

from host_tests.soak.picture import draw
from host_tests.soak.run import EVENTS, LEAST, Report, run


def test_the_heap_stays_the_same_whatever_happens(tmp_path: Path):
    report = run(tmp_path, LEAST, "esp32_generic")
    assert report.problems() == []
    assert {event for _, event in report.events} == set(EVENTS.values())
    assert len(report.failed) >= 8  # what goes down stays down until a look has failed
    assert min(report.descriptors) > 3  # the flash's image is one of them
    assert "<svg" in draw(report, "a board", tmp_path / "soak.svg").read_text()


def test_a_board_that_starts_anew_is_told_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "program.py"
    program.write_text("def soak(looks):\n    import machine\n    print('farewell')\n    machine.reset()\n")
    monkeypatch.setattr("host_tests.soak.run.PROGRAM", program)
    monkeypatch.setattr("host_tests.soak.run.SILENCE", 1)
    with pytest.raises(RuntimeError, match=r"(?s)reset.*farewell"):
        run(tmp_path, LEAST, "esp32_generic")


def a_good_report() -> Report:
    return Report(free=[9000] * LEAST, mails=2, handed_out=[1, 2], descriptors=[7, 7, 7], causes=["power"])


def test_what_grows_stays_open_or_is_lost_is_named():
    assert a_good_report().problems() == []
    once = a_good_report()
    once.free = [9000] * 3 * LEAST + [8800] * 4 * LEAST
    assert once.problems() == []
    for bad, words in (
        ({"free": [90_000 - 16 * look for look in range(LEAST)]}, "the heap is not flat"),
        ({"free": [90_000 - look // 40 * 80 for look in range(4 * LEAST)]}, "the heap is not flat"),
        ({"descriptors": [7, 8, 9]}, "files or sockets stayed open"),
        ({"bugs": [11]}, "a bug, or no memory"),
        ({"open_sessions": 1}, "1 connections stayed open"),
        ({"handed_out": [1, 1, 2]}, "2 mails arrived"),
        ({"causes": ["power", "watchdog"]}, "the board started anew"),
    ):
        report = a_good_report()
        vars(report).update(bad)
        (problem,) = report.problems()
        assert words in problem
