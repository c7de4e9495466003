"""Power cuts and full flash, on the real littlefs2 and FAT of MicroPython: no mail is lost, half, or there twice."""

import pytest

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
