"""The boards' files: each complete, each datum with its source, each mistake named."""

from pathlib import Path

import pytest

from boards.shared import catalogue
from boards.shared.catalogue import BadBoard
from boards.shared.refusal import Refusal
from boards.tools.paths import KNOWN

BOARDS = catalogue.load()
MUST_BE_THERE = {
    "micropython": {"esp32", "esp32s3", "esp32c3", "esp32c6", "rp2040", "rp2350"},
    "circuitpython": {"rp2040", "rp2350", "esp32s3", "esp32c6"},
}
BOOTLOADERS = {"esp32": 0x1000, "esp32s3": 0, "esp32c3": 0, "esp32c6": 0}


@pytest.mark.parametrize("firmware", MUST_BE_THERE)
def test_every_promised_chip_is_there(firmware):
    assert MUST_BE_THERE[firmware] <= {board.chip for board in BOARDS.values() if board.firmware == firmware}


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_a_boards_data_agree_with_each_other(board):
    assert board.page.startswith("https://") and board.image_page.startswith("https://")
    assert board.images and board.payload_size * board.packets < (board.heap or 1 << 20) / 8
    if board.method == "uf2":
        assert board.chip.startswith("rp2") and board.families and board.bootloader_drive
    else:
        assert board.offset == (BOOTLOADERS[board.chip] if board.firmware == "micropython" else 0)
    assert all(pattern.endswith(".uf2" if board.method == "uf2" else ".bin") for pattern in board.images)
    assert board.filesystem == ("littlefs2" if board.firmware == "micropython" else "fat")
    assert board.filesystem_size % 4096 == 0


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("RPI_PICO_W-20250415-v1.25.0.uf2", "rpi_pico_w"),
        ("RPI_PICO2_W-20250415-v1.25.0.uf2", "rpi_pico2_w"),
        ("ESP32_GENERIC-20250415-v1.25.0.bin", "esp32_generic"),
        ("ESP32_GENERIC_S3-20250415-v1.25.0.bin", "esp32_generic_s3"),
        ("ESP32_GENERIC_C3-20250415-v1.25.0.bin", "esp32_generic_c3"),
        ("ESP32_GENERIC_C6-20250415-v1.25.0.bin", "esp32_generic_c6"),
        ("adafruit-circuitpython-raspberry_pi_pico_w-de_DE-9.2.1.uf2", "circuitpython_raspberry_pi_pico_w"),
        ("adafruit-circuitpython-raspberry_pi_pico2_w-en_US-10.0.0.uf2", "circuitpython_raspberry_pi_pico2_w"),
    ],
)
def test_an_images_name_tells_the_board(name, key):
    assert [board.key for board in catalogue.of_image(name)] == [key]


def test_the_table_has_a_row_for_each_board():
    table = catalogue.table()
    for board in BOARDS.values():
        row = next(line for line in table.splitlines() if line.startswith(f"{board.key} "))
        assert board.chip in row and board.firmware in row and (f"{board.heap:,}" if board.heap else "?") in row


def test_an_unknown_board_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match=r"BOARD=toaster is unknown.*rpi_pico_w"):
        catalogue.find("toaster")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('chip = "rp2040"', 'chip = "z80"', "board.chip is 'z80'"),
        ('chip = "rp2040"', "", "board.chip is missing"),
        ("heap = 205_200", "", "memory.heap is missing"),
        ("heap = 205_200", 'heap = "much"', "memory.heap is not a number"),
        ("size = 868_352", "size = true", "filesystem.size is not a number"),
        ("size = 868_352", "size = -1", "filesystem.size is not a number"),
        ('method = "uf2"', 'method = "floppy"', "flash.method is 'floppy'"),
        ("packets = 4", "packets = 4\npaquets = 5", "pool.paquets is unknown"),
        ("[pool]", "[pools]", "pool.payload_size is missing"),
        ("[sources]\nimage", "[sources]\npicture", "sources.image is missing"),
        ("[board]", "[board", "bad.toml: "),
    ],
)
def test_a_mistake_in_a_boards_file_is_named(tmp_path: Path, old, new, named):
    text = (KNOWN / "rpi_pico_w.toml").read_text()
    assert old in text
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace(old, new, 1))
    with pytest.raises(BadBoard, match=r"bad\.toml") as caught:
        catalogue.read(bad)
    assert named in str(caught.value)
