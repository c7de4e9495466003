"""Firmware images as the projects publish them, in little: made with esptool's own classes, and UF2 blocks by hand."""

import struct

from esptool import CHIP_DEFS
from esptool.bin_image import ELFSection

BANNERS = {
    "micropython": b"MicroPython v1.25.0 on 2025-04-15; %s",
    "circuitpython": b"Adafruit CircuitPython 9.2.1 on 2024-11-20; %s",
}
PARTITIONS = (  # type, subtype, start, size, name
    (1, 2, 0x9000, 0x6000, b"nvs"),
    (0, 0, 0x10000, 0x1F0000, b"factory"),
    (1, 129, 0x200000, 0x200000, b"vfs"),
)
UF2_PAYLOAD = 256


def part(chip: str, text: bytes) -> bytes:
    """A bootloader or a program: an image of one segment with that text."""
    image = CHIP_DEFS[chip].BOOTLOADER_IMAGE()
    image.segments = [ELFSection(b".text", 0x40080000, text + bytes(-len(text) % 16), 0)]
    image.entrypoint = 0x40080000
    return image.save(None)


def esptool_image(chip: str, firmware: str, offset: int, machine: bytes = b"a board with a chip") -> bytes:
    """A whole image to be written at the offset: bootloader, partition table, program."""
    flash = bytearray(b"\xff" * 0x10000)
    bootloader = part(chip, b"a bootloader")
    start = CHIP_DEFS[chip].BOOTLOADER_FLASH_OFFSET
    flash[start : start + len(bootloader)] = bootloader
    for number, entry in enumerate(PARTITIONS):
        struct.pack_into("<2sBBII16sI", flash, 0x8000 + 32 * number, b"\xaa\x50", *entry, 0)
    return bytes(flash[offset:]) + part(chip, BANNERS[firmware] % machine)


def uf2_image(family: int, firmware: str, machine: bytes, first: bytes = b"") -> bytes:
    """A UF2 file with a program whose banner crosses from one block into the next.

    :param first: blocks to put in front
    """
    program = bytes(UF2_PAYLOAD - 20) + BANNERS[firmware] % machine
    program += bytes(-len(program) % UF2_PAYLOAD)
    pieces = [program[place : place + UF2_PAYLOAD] for place in range(0, len(program), UF2_PAYLOAD)]
    return first + b"".join(uf2_block(family, number, len(pieces), piece) for number, piece in enumerate(pieces))


def uf2_block(family: int, number: int, total: int, payload: bytes, flags: int = 0x2000) -> bytes:
    """One block."""
    address = 0x10000000 + number * UF2_PAYLOAD
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, flags, address, len(payload), number, total, family)
    return head + payload.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)
