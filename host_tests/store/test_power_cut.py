"""Power cuts and full flash, on the real littlefs2 and FAT of MicroPython: no mail is lost, half, or there twice."""

import builtins

import pytest
from micropop.store.queue import Queue

FILE_SYSTEMS = ("littlefs", "fat")


@pytest.mark.parametrize("torn", [0, 1], ids=["", "half written"])
@pytest.mark.parametrize("scenario", ["first", "leave", "delete", "prune"])
@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_the_power_may_go_at_every_write_of_a_poll(run, file_system, scenario, torn):
    cuts, writes = run("power_cut", file_system, scenario, torn, 0)
    assert cuts == writes > 20


@pytest.mark.parametrize("torn", [0, 1], ids=["", "half written"])
@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_the_power_may_go_again_in_the_recovery(run, file_system, torn):
    cuts, writes = run("power_cut", file_system, "delete", torn, 4)
    assert cuts > 4 * writes


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_many_power_cuts_on_one_flash_lose_nothing(run, file_system, seed):
    _, cuts, mails, _ = run("life", file_system, 200, seed)
    assert cuts > 10
    assert mails > 100


@pytest.mark.parametrize("tells_sizes", [1, 0], ids=["", "server tells no sizes"])
@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_a_full_flash_stops_a_poll_cleanly_wherever_it_fills_up(run, file_system, tells_sizes):
    (times,) = run("full", file_system, tells_sizes)
    assert times > 5


@pytest.mark.parametrize("taken", [0, 1, 13, 100, 191])
@pytest.mark.parametrize("full_from", [1, 2, 3])
@pytest.mark.parametrize("lasts", [1, 2, 9])
def test_of_a_queue_for_which_there_was_no_room_the_notes_that_come_are_right(
    tmp_path, monkeypatch, taken, full_from, lasts
):
    """FAT takes the first part of what it has no room for; later there may be room again."""
    real = builtins.open
    writes = []

    class Full:
        def __init__(self, path, mode):
            self.file = real(path, mode)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            writes.append(1)
            if full_from < len(writes) <= full_from + lasts:
                self.file.write(data[:taken])
                raise OSError(28)
            return self.file.write(data)

    monkeypatch.setattr(builtins, "open", lambda path, mode="r": real(path, mode) if mode == "rb" else Full(path, mode))
    queue = Queue(str(tmp_path / "queue"))
    notes = [(n, b"KEY%04d" % n, 1) for n in range(1, 75)]
    for note in notes:
        queue.append(*note)
    for _ in range(3):
        came = list(queue)
        assert came == notes[: len(came)]
        assert len(came) + queue.lost == len(notes)
        assert len(came) >= 16 * full_from
    queue.close()
