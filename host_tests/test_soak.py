"""The watcher, polling again and again while Wi-Fi and server fail in turn: its memory stays as it was."""

from pathlib import Path

from host_tests.soak.picture import draw
from host_tests.soak.run import CYCLE, EVENTS, Report, run


def test_the_heap_stays_the_same_whatever_happens(tmp_path: Path):
    report = run(tmp_path, 3 * CYCLE, "rpi_pico_w")
    assert report.problems() == []
    assert {event for _, event in report.events} == set(EVENTS.values())
    assert len(report.failed) >= 8  # what goes down stays down until a look has failed
    assert min(report.descriptors) > 3  # the flash's image is one of them
    assert "<svg" in draw(report, "a board", tmp_path / "soak.svg").read_text()


def a_good_report() -> Report:
    return Report(free=[9000] * 3 * CYCLE, mails=2, handed_out=[1, 2], descriptors=[7, 7, 7], causes=["power"])


def test_what_grows_stays_open_or_is_lost_is_named():
    assert a_good_report().problems() == []
    for bad, words in (
        ({"free": [9000 - 2 * look for look in range(3 * CYCLE)]}, "the heap is not flat"),
        ({"descriptors": [7, 8, 9]}, "files or sockets stayed open"),
        ({"open_sessions": 1}, "1 connections stayed open"),
        ({"handed_out": [1, 1, 2]}, "2 mails arrived"),
        ({"causes": ["power", "watchdog"]}, "the board started anew"),
    ):
        report = a_good_report()
        vars(report).update(bad)
        (problem,) = report.problems()
        assert words in problem
