"""Flashing: an image must be for that chip and that firmware, or nothing is written."""

from pathlib import Path

import pytest

from boards.commands import flash
from boards.shared import catalogue, image, ports, remote, volumes
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from host_tests import firmware_images

BOARDS = catalogue.load()
ESP = {key: board for key, board in BOARDS.items() if board.method == "esptool"}
RP2 = {key: board for key, board in BOARDS.items() if board.method == "uf2"}
PICO, PICO2 = BOARDS["rpi_pico_w"], BOARDS["rpi_pico2_w"]
PICO_W, PICO2_W = b"Raspberry Pi Pico W with RP2040", b"Raspberry Pi Pico 2 W with RP2350"


@pytest.fixture
def said() -> list[str]:
    return []


def written(folder: Path, data: bytes, name: str = "image.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def esp_image(folder: Path, board: catalogue.Board) -> Path:
    return written(folder, firmware_images.esptool_image(board.chip, board.firmware, board.offset))


def refused(path: Path, board: catalogue.Board) -> str:
    with pytest.raises(Refusal) as caught:
        image.check(path, board)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- esptool's images ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", ESP.values(), ids=ESP)
def test_the_image_for_a_board_is_accepted(board, tmp_path):
    found = image.check(esp_image(tmp_path, board), board)
    assert found.firmware == board.firmware
    assert found.version == ("v1.25.0" if board.firmware == "micropython" else "9.2.1")


@pytest.mark.parametrize("board", ESP.values(), ids=ESP)
def test_another_chips_image_is_refused(board, tmp_path):
    for other in {it.chip for it in ESP.values()} - {board.chip}:
        offset = board.offset if other == "esp32" else 0
        path = written(tmp_path, firmware_images.esptool_image(other, board.firmware, offset))
        assert board.key in refused(path, board) or "no image for" in refused(path, board)


def test_the_refusal_names_both_chips(tmp_path):
    path = esp_image(tmp_path, BOARDS["esp32_generic_c3"])
    reason = refused(path, BOARDS["esp32_generic_s3"])
    assert "is for the ESP32-C3, and BOARD=esp32_generic_s3 has an ESP32-S3" in reason


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_the_other_firmware_is_refused(board, tmp_path):
    other = "circuitpython" if board.firmware == "micropython" else "micropython"
    if board.method == "uf2":
        data = firmware_images.uf2_image(board.families[0], other, board.name.encode() + b" with X")
    else:
        data = firmware_images.esptool_image(board.chip, other, board.offset)
    assert f"is {other} " in refused(written(tmp_path, data), board)


def test_what_is_no_whole_image_is_refused(tmp_path):
    board = BOARDS["esp32_generic"]
    whole = firmware_images.esptool_image("esp32", "micropython", 0x1000)
    program = firmware_images.part("esp32", b"MicroPython v1.25.0 on 2025-04-15; Generic ESP32 module with ESP32")
    assert "no partition table" in refused(written(tmp_path, program), board)
    assert "no image" in refused(written(tmp_path, b""), board)
    assert "no image" in refused(written(tmp_path, b"<html>404</html>" * 9999), board)
    assert "no image" in refused(written(tmp_path, whole[:0xF010]), board)
    uf2 = firmware_images.uf2_image(PICO.families[0], "micropython", PICO_W)
    assert "takes the .bin" in refused(written(tmp_path, uf2), board)
    other = firmware_images.esptool_image("esp32", "micropython", 0x1000).replace(b"MicroPython", b"WatchPython")
    assert "damaged" in refused(written(tmp_path, other), board)
    assert "IMAGE=" in refused(tmp_path / "missing.bin", board)


def test_any_changed_byte_of_the_program_is_found(tmp_path):
    board = BOARDS["esp32_generic_c6"]
    whole = firmware_images.esptool_image("esp32c6", "micropython", 0)
    text = whole.index(b"a board with")
    path = written(tmp_path, whole[:text] + b"x" + whole[text + 1 :])
    assert "damaged" in refused(path, board)


def test_a_program_that_is_neither_firmware_is_refused(tmp_path):
    board = BOARDS["esp32_generic_c3"]
    whole = firmware_images.esptool_image("esp32c3", "micropython", 0)
    blink = whole[:0x10000] + firmware_images.part("esp32c3", b"blink 1.0")
    assert "neither MicroPython nor CircuitPython" in refused(written(tmp_path, blink), board)


def test_esptool_gets_the_boards_chip_and_offset(tmp_path, said):
    for board in ESP.values():
        path = esp_image(tmp_path, board)
        flash.flash(board, path, Steps(True, said.append), "/dev/none", None, True)
        rest = f"--chip {board.chip} --port /dev/none --baud 460800"
        assert said[-2:] == [
            f"would run esptool {rest} erase-flash",
            f"would run esptool {rest} write-flash {board.offset:#x} {path}",
        ]


def test_esptool_itself_takes_the_command_and_its_failure_is_one_line(tmp_path, said):
    board = BOARDS["esp32_generic_s3"]
    path = esp_image(tmp_path, board)
    with pytest.raises(Refusal, match="esptool: Could not open /dev/none"):
        flash.flash(board, path, Steps(False, said.append), "/dev/none", None, False)


@pytest.mark.parametrize(("runs", "erased"), [("micropython", False), ("circuitpython", True), (None, True)])
def test_the_flash_is_erased_only_when_another_firmware_was_there(tmp_path, said, monkeypatch, runs, erased):
    def ask(port):
        if runs is None:
            raise Refusal("nothing answers")
        return remote.Identity(runs, "1.25.0", 6, "")

    monkeypatch.setattr(remote, "ask", ask)
    board = BOARDS["esp32_generic"]
    path = esp_image(tmp_path, board)
    flash.flash(board, path, Steps(True, said.append), "/dev/none", None, None)
    assert any("erase-flash" in line for line in said) is erased


# --- UF2 -----------------------------------------------------------------------------------------------------------


def pico_image(folder: Path, name: str = "RPI_PICO_W-20250415-v1.25.0.uf2") -> Path:
    return written(folder, firmware_images.uf2_image(PICO.families[0], "micropython", PICO_W), name)


@pytest.fixture
def bootsel(tmp_path) -> Path:
    """A folder that stands for a mounted bootloader's drive."""
    drive = tmp_path / "media" / "RPI-RP2"
    drive.mkdir(parents=True)
    (drive / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n")
    return drive


@pytest.fixture
def mounts(tmp_path, monkeypatch) -> Path:
    """A stand-in for the system's list of mounted drives, empty."""
    path = tmp_path / "mounts"
    path.write_text("")
    monkeypatch.setattr(volumes, "MOUNTS", path)
    monkeypatch.setattr("sys.platform", "linux")
    return path


def mount(mounts: Path, drive: Path) -> None:
    mounts.write_text(f"{mounts.read_text()}/dev/sdx1 {str(drive).replace(' ', chr(92) + '040')} vfat rw 0 0\n")


@pytest.mark.parametrize("board", RP2.values(), ids=RP2)
def test_the_uf2_file_for_a_board_is_accepted(board, tmp_path):
    for family in board.families:
        data = firmware_images.uf2_image(family, board.firmware, board.name.encode() + b" with X")
        assert image.check(written(tmp_path, data), board).firmware == board.firmware


def test_the_extra_block_of_rp2350_images_is_accepted(tmp_path):
    first = firmware_images.uf2_block(image.ABSOLUTE, 0, 2, bytes(256))
    data = firmware_images.uf2_image(PICO2.families[0], "micropython", PICO2_W, first)
    assert image.check(written(tmp_path, data), PICO2).version == "v1.25.0"


def test_uf2_files_for_other_boards_are_refused(tmp_path):
    pico = firmware_images.uf2_image(PICO.families[0], "micropython", PICO_W)
    assert "is for the RP2040, and BOARD=rpi_pico2_w has an RP2350" in refused(written(tmp_path, pico), PICO2)
    pico2 = firmware_images.uf2_image(PICO2.families[0], "micropython", PICO2_W)
    assert "is for the RP2350 (Arm), and BOARD=rpi_pico_w" in refused(written(tmp_path, pico2), PICO)
    without_radio = firmware_images.uf2_image(PICO.families[0], "micropython", b"Raspberry Pi Pico with RP2040")
    assert "is not for the Raspberry Pi Pico W" in refused(written(tmp_path, without_radio), PICO)
    strange = firmware_images.uf2_image(0x12345678, "micropython", PICO_W)
    assert "another chip (UF2 family 0x12345678)" in refused(written(tmp_path, strange), PICO)


def test_damaged_uf2_files_are_refused(tmp_path):
    good = firmware_images.uf2_image(PICO.families[0], "micropython", PICO_W)
    for bad, reason in [
        (b"", "cut off"),
        (good[:-1], "cut off"),
        (good[:-512], "cut off"),
        (good[512:], "cut off"),
        (b"X" + good[1:], "damaged at byte 0"),
        (good[:-1] + b"X", "damaged at byte 512"),
        (firmware_images.uf2_block(PICO.families[0], 0, 1, bytes(256), flags=0), "does not say which chip"),
        (firmware_images.uf2_block(PICO.families[0], 3, 2, bytes(256)), "damaged at byte 0"),
    ]:
        assert reason in refused(written(tmp_path, bad), PICO)


def test_a_uf2_file_is_copied_to_the_mounted_drive(tmp_path, bootsel, mounts, said):
    mount(mounts, bootsel)
    path = pico_image(tmp_path)
    flash.flash(PICO, path, Steps(False, said.append), None, None, None)
    assert (bootsel / path.name).read_bytes() == path.read_bytes()


def test_a_dry_run_copies_nothing(tmp_path, bootsel, mounts, said):
    mount(mounts, bootsel)
    flash.flash(PICO, pico_image(tmp_path), Steps(True, said.append), None, None, None)
    assert [it.name for it in bootsel.iterdir()] == ["INFO_UF2.TXT"]
    assert said[-1].startswith("would copy ") and str(bootsel) in said[-1]


def test_a_running_board_is_sent_to_its_bootloader(tmp_path, bootsel, mounts, said, monkeypatch):
    asked = []

    def start_bootloader(port):
        asked.append(port)
        mount(mounts, bootsel)

    monkeypatch.setattr(ports, "candidates", lambda: {"/dev/ttyACM7": "Board in FS mode"})
    monkeypatch.setattr(flash, "_start_bootloader", start_bootloader)
    path = pico_image(tmp_path)
    flash.flash(PICO, path, Steps(True, said.append), None, None, None)
    assert asked == [] and "/dev/ttyACM7" in said[-2] and "RPI-RP2" in said[-1]
    flash.flash(PICO, path, Steps(False, said.append), None, None, None)
    assert asked == ["/dev/ttyACM7"] and (bootsel / path.name).exists()


def test_a_drive_of_another_chip_or_of_no_bootloader_is_refused(tmp_path, bootsel, said):
    steps = Steps(False, said.append)
    (bootsel / "INFO_UF2.TXT").write_text("UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n")
    with pytest.raises(Refusal, match="is an RP2350, and BOARD=rpi_pico_w"):
        flash.flash(PICO, pico_image(tmp_path), steps, None, str(bootsel), None)
    (bootsel / "INFO_UF2.TXT").unlink()
    with pytest.raises(Refusal, match="not a bootloader's drive"):
        flash.flash(PICO, pico_image(tmp_path), steps, None, str(bootsel), None)
    assert list(bootsel.iterdir()) == []


def test_no_drive_and_no_board_says_what_to_do(tmp_path, mounts, said, monkeypatch):
    monkeypatch.setattr(ports, "candidates", dict)
    with pytest.raises(Refusal, match="hold the board's BOOTSEL button"):
        flash.flash(PICO, pico_image(tmp_path), Steps(False, said.append), None, None, None)


def test_a_drive_with_a_blank_in_its_path_and_two_drives(tmp_path, mounts):
    first, second = tmp_path / "my media" / "RPI-RP2", tmp_path / "other" / "RPI-RP2"
    first.mkdir(parents=True)
    second.mkdir(parents=True)
    mount(mounts, first)
    assert volumes.find("RPI-RP2") == first
    mount(mounts, second)
    with pytest.raises(Refusal, match=r"2 drives are named RPI-RP2: say which with DRIVE=…: .*, .*"):
        volumes.find("RPI-RP2")


# --- which board, which port ---------------------------------------------------------------------------------------


def test_the_images_name_tells_the_board_unless_it_is_said(tmp_path):
    assert flash.board_for(None, Path("RPI_PICO_W-20250415-v1.25.0.uf2")).key == "rpi_pico_w"
    assert flash.board_for("rpi_pico2_w", Path("RPI_PICO_W-20250415-v1.25.0.uf2")).key == "rpi_pico2_w"
    with pytest.raises(Refusal, match="say BOARD="):
        flash.board_for(None, Path("firmware.bin"))


class Usb:
    """What the system says of a port."""

    def __init__(self, device, vid):
        self.device, self.vid, self.product, self.description = device, vid, "Board", "n/a"


def test_the_only_board_is_found_and_several_are_named(monkeypatch):
    there = [Usb("/dev/ttyS0", None)]
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: there)
    with pytest.raises(Refusal, match="no board is there"):
        ports.find()
    assert ports.find("/dev/mine") == "/dev/mine"
    there.append(Usb("/dev/ttyACM0", 0x2E8A))
    assert ports.find() == "/dev/ttyACM0"
    there.append(Usb("/dev/ttyUSB0", 0x10C4))
    with pytest.raises(Refusal, match=r"2 boards .* /dev/ttyACM0 \(Board\), /dev/ttyUSB0 \(Board\)"):
        ports.find()


# --- without a board -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", [PICO, BOARDS["esp32_generic"]], ids=["uf2", "esptool"])
def test_a_dry_run_needs_no_board_and_flashing_does(board, tmp_path, said, monkeypatch):
    monkeypatch.setattr(ports, "candidates", dict)
    monkeypatch.setattr(volumes, "mounted", lambda name: [])
    if board is PICO:
        family = board.families[0]
        path = written(tmp_path, firmware_images.uf2_image(family, "micropython", PICO_W), "image.uf2")
    else:
        path = esp_image(tmp_path, board)
    flash.flash(board, path, Steps(True, said.append), None, None, None)
    assert [line for line in said if line.startswith("would ") and path.name in line]
    with pytest.raises(Refusal, match=r"no board is there|no drive RPI-RP2"):
        flash.flash(board, path, Steps(False, said.append), None, None, None)
