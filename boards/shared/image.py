"""Firmware images, opened and checked: is it for that chip, and is it that firmware?"""

import contextlib
import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from esptool import CHIP_DEFS, FatalError
from esptool.bin_image import LoadFirmwareImage

from boards.shared.catalogue import Board
from boards.shared.refusal import Refusal

# each firmware's banner has these words, and is part of its image
WORDS = {"circuitpython": b"Adafruit CircuitPython ", "micropython": b"MicroPython v"}
VERSION_LENGTH = 32

PARTITIONS = 0x8000  # where the flash has its partition table
ENTRY = struct.Struct("<2sBBII16sI")
ENTRY_MAGIC = b"\xaa\x50"
APPLICATION = 0  # the type of a partition with a program

BLOCK = struct.Struct("<8I")
BLOCK_SIZE = 512
BLOCK_MAGIC = (0x0A324655, 0x9E5D5157)
BLOCK_END = struct.pack("<I", 0x0AB16F30)
HAS_FAMILY = 0x2000
PAYLOAD_MOST = 476
ABSOLUTE = 0xE48BFF57  # the family of the one block that Raspberry Pi puts first against an erratum of the RP2350
FAMILIES = {0xE48BFF56: "RP2040", 0xE48BFF59: "RP2350 (Arm)", 0xE48BFF5A: "RP2350 (RISC-V)"}


@dataclass(frozen=True)
class Image:
    """A checked image.

    :ivar path: the file
    :ivar size: bytes
    :ivar firmware: "micropython" or "circuitpython"
    :ivar version: as its banner has it: "v1.25.0"
    """

    path: Path
    size: int
    firmware: str
    version: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.firmware} {self.version}, {self.size:,} bytes"


def check(path: Path, board: Board) -> Image:
    """Open an image and make sure that it is for that board.

    :raises Refusal: in one line: why it is not
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"IMAGE={path}: {error.strerror or error}") from None
    if board.method == "uf2":
        program = _of_uf2(path.name, data, board)
    else:
        program = _of_esptool(path.name, data, board)
    firmware, version = _firmware(path.name, program)
    if firmware != board.firmware:
        raise Refusal(f"{path.name} is {firmware} {version}, and BOARD={board.key} is for {board.firmware}")
    if board.method == "uf2" and f"{board.name} with ".encode() not in program:
        raise Refusal(f"{path.name} is not for the {board.name}: it names another board")
    return Image(path, len(data), firmware, version)


def _firmware(name: str, program: bytes) -> tuple[str, str]:
    for firmware, words in WORDS.items():
        place = program.find(words)
        if place >= 0:
            start = place + len(words) - (firmware == "micropython")  # the v belongs to the version
            version = re.match(rb"[\w.+-]*", program[start : start + VERSION_LENGTH])[0]
            return firmware, version.decode("ascii", "replace")
    raise Refusal(f"{name} is neither MicroPython nor CircuitPython")


# --- esptool's images ----------------------------------------------------------------------------------------------


def _of_esptool(name: str, data: bytes, board: Board) -> bytes:
    """The program in a whole flash image: bootloader, partition table, program."""
    if data[:4] == struct.pack("<I", BLOCK_MAGIC[0]):
        raise Refusal(f"{name} is a UF2 file: BOARD={board.key} takes the .bin")
    bootloader = CHIP_DEFS[board.chip].BOOTLOADER_FLASH_OFFSET
    _parsed(name, data[bootloader - board.offset :], board)
    start = _program_start(name, data[max(0, PARTITIONS - board.offset) :])
    program = data[start - board.offset :]
    image = _parsed(name, program, board)
    if image.append_digest and image.stored_digest != image.calc_digest:
        raise Refusal(f"{name} is damaged: its program's SHA-256 is wrong; download it again")
    return b"".join(segment.data for segment in image.segments)


def _program_start(name: str, table: bytes) -> int:
    """Where in the flash the first program partition begins."""
    for place in range(0, len(table) - ENTRY.size + 1, ENTRY.size):
        magic, kind, _, start, _, _, _ = ENTRY.unpack_from(table, place)
        if magic != ENTRY_MAGIC:
            break
        if kind == APPLICATION:
            return start
    raise Refusal(f"{name} has no partition table: it is a part of an image; take the .bin, not the .app-bin")


def _parsed(name: str, data: bytes, board: Board) -> object:
    """What esptool's own parser makes of a bootloader or program."""
    chip = CHIP_DEFS[board.chip]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            image = LoadFirmwareImage(board.chip, data)
    except (FatalError, RuntimeError, struct.error, IndexError, TypeError):
        raise Refusal(f"{name} is no image for {chip.CHIP_NAME}s, or it is damaged") from None
    if image.chip_id != chip.IMAGE_CHIP_ID:
        other = next((it.CHIP_NAME for it in CHIP_DEFS.values() if it.IMAGE_CHIP_ID == image.chip_id), "another chip")
        raise Refusal(f"{name} is for the {other}, and BOARD={board.key} has an {chip.CHIP_NAME}")
    if image.checksum != image.calculate_checksum():
        raise Refusal(f"{name} is damaged: its checksum is wrong; download it again")
    return image


# --- UF2 -----------------------------------------------------------------------------------------------------------


def _of_uf2(name: str, data: bytes, board: Board) -> bytes:
    """The program in a UF2 file: its payloads, in the order of their addresses."""
    if not data or len(data) % BLOCK_SIZE:
        raise Refusal(f"{name} is no UF2 file, or it is cut off")
    payloads = {}
    numbers: dict[int, set[int]] = {}
    totals: dict[int, int] = {}
    for place in range(0, len(data), BLOCK_SIZE):
        first, second, flags, address, size, number, total, family = BLOCK.unpack_from(data, place)
        block = data[place : place + BLOCK_SIZE]
        if (first, second) != BLOCK_MAGIC or block[-4:] != BLOCK_END or size > PAYLOAD_MOST or number >= total:
            raise Refusal(f"{name} is no UF2 file, or it is damaged at byte {place}")
        if not flags & HAS_FAMILY:
            raise Refusal(f"{name} does not say which chip it is for")
        if family not in board.families and family != ABSOLUTE:
            other = FAMILIES.get(family, f"another chip (UF2 family {family:#010x})")
            raise Refusal(f"{name} is for the {other}, and BOARD={board.key} has an {board.chip.upper()}")
        numbers.setdefault(family, set()).add(number)
        totals[family] = total
        if family != ABSOLUTE:
            payloads[address] = block[BLOCK.size : BLOCK.size + size]
    if not payloads or any(len(numbers[family]) != totals[family] for family in board.families if family in numbers):
        raise Refusal(f"{name} is cut off: blocks are missing; download it again")
    return b"".join(payload for _, payload in sorted(payloads.items()))
