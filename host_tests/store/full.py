"""Fill the flash up to every number of blocks, and poll: ``full FILESYSTEM TELLS_SIZES``. For MicroPython.

TELLS_SIZES: 1 if the server says how large a mail is before it comes. Prints how many polls found the flash full; or
what went wrong, and where.
"""

import os
import sys
from mailbox import Mailbox

import micropop
import vfs
from flash_chip import Chip, Files
from micropop.store import Store
from power_cut import FOLDER, NEW, digest, hashlib

BALLAST = "/chip/ballast"


def fill(blocks):
    """Leave so many blocks of the flash free, or as few as can be."""
    size = os.statvfs("/chip")[0]
    for count in range(os.statvfs("/chip")[3] - blocks, 0, -1):
        try:
            with open(BALLAST, "wb") as file:
                for _ in range(count):
                    file.write(bytes(size))
            return
        except OSError:
            os.remove(BALLAST)


def main(filesystem, tells_sizes):
    """Fill and poll; see above."""
    files = Files(filesystem)
    empty = files.make(96 * 1024).memory
    full = 0
    for blocks in range(60 if files.fat else 16):
        box = Mailbox(NEW)
        box.tells_sizes = tells_sizes
        files.mount(Chip(bytearray(empty), files.block))
        fill(blocks)
        try:
            poll(box)
        except micropop.Error as error:
            assert type(error).__name__ == "StoreFull", repr(error)
            assert "no room" in str(error)
            full += 1
        assert "ballast" in os.listdir("/chip")
        stored = []
        if "mail" in os.listdir("/chip"):
            assert not [name for name in os.listdir(FOLDER) if name.endswith(".tmp")], "half a mail is left"
            stored = [digest(mail.path) for mail in Store(FOLDER).mails()]
        for _, content in NEW:
            assert hashlib.sha256(content).digest() in stored or content in [mail for _, mail in box.mails], "lost"
        os.remove(BALLAST)
        poll(box)
        stored = [digest(mail.path) for mail in Store(FOLDER).mails()]
        assert sorted(stored) == sorted([hashlib.sha256(content).digest() for _, content in NEW]), "not all, or twice"
        assert not box.mails
        vfs.umount("/chip")
    print(f"full {full} times")


def poll(box):
    store = Store(FOLDER)
    client = micropop.Client(box.connect(), micropop.PacketPool(512, 2))
    try:
        client.login("mrose", "secret", method="USER")
        for _ in store.fetch(client, delete=True):
            pass
        client.quit()
        for _ in store.pending():
            pass
    finally:
        client.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "1")
