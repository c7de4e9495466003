"""Damage a small store on a real file system: ``damage FILESYSTEM HOW``. For MicroPython.

FILESYSTEM: ``littlefs`` or ``fat``. HOW: ``flip`` every bit of every file, ``cut`` every file at every length, or
``remove`` every file. Each time the board starts anew, polls some times and hands out what came. Prints how many times
that was, how often a mail came once more, and the most that came at once; or what went wrong, and where.
"""

import os
import sys
from mailbox import Mailbox

import micropop
import vfs
from flash_chip import Chip, Files
from micropop.store import Store
from power_cut import FOLDER

MAILS = [(b"uid-%d" % n, b"A: %d\r\n\r\nx\r\n" % n) for n in range(4)]
LOOKS = 4  # after which it must work again


class Board:
    """A board with a store of which some was given, some is left on the server, some waits to be deleted there."""

    def __init__(self, name):
        self.files = Files(name)
        self.chip = self.files.make(64 * 1024)
        self.pool = micropop.PacketPool(512, 2)
        self.files.mount(self.chip)
        store = Store(FOLDER)
        box = Mailbox(MAILS[:2])
        self.poll(store, box, False)
        list(store.pending())
        box.mails.append(list(MAILS[2]))
        box.answers["QUIT"] = b"+OK but nothing is deleted\r\n"
        self.poll(store, box, True)
        for _ in store.pending():
            break  # the third was given, and not finished with
        vfs.umount("/chip")
        self.image = bytes(self.chip.memory)

    def poll(self, store, box, delete):
        client = micropop.Client(box.connect(), self.pool)
        try:
            client.login("mrose", "secret", method="USER")
            for _ in store.fetch(client, delete=delete):
                pass
            client.quit()
        finally:
            client.close()

    def damaged(self, how):
        """Iterate over what was done to one file, with the flash mounted."""
        self.files.mount(Chip(bytearray(self.image), self.files.block))
        sizes = [(name, os.stat(FOLDER + "/" + name)[6]) for name in os.listdir(FOLDER)]
        vfs.umount("/chip")
        for name, size in sorted(sizes):
            for place in range({"flip": 8 * size, "cut": size, "remove": 1}[how]):
                self.files.mount(Chip(bytearray(self.image), self.files.block))
                path = FOLDER + "/" + name
                with open(path, "rb") as file:
                    data = bytearray(file.read())
                if how == "remove":
                    os.remove(path)
                else:
                    if how == "flip":
                        data[place >> 3] ^= 1 << (place & 7)
                    else:
                        data = data[:place]
                    with open(path, "wb") as file:
                        file.write(data)
                yield name, place
                vfs.umount("/chip")


def main(name, how):
    """Damage and check; see above."""
    board = Board(name)
    texts = [text for _, text in MAILS]
    times = doubles = most = 0
    for where, place in board.damaged(how):
        try:
            box = Mailbox(MAILS)
            given = []
            for look in range(LOOKS):
                store = Store(FOLDER)
                board.poll(store, box, True)
                for found in store.pending():
                    with open(found.path, "rb") as file:
                        data = file.read()
                    assert data in texts or (not found.whole and not look), "half a mail was given as a whole one"
                    given.append(data)
            here = []
            for found in store.mails():
                with open(found.path, "rb") as file:
                    here.append(file.read())
            # the first two were given before
            again = sum([max(0, given.count(text) - (n > 1)) for n, text in enumerate(texts)])
            for n, text in enumerate(texts):
                assert text in given or n < 2, "mail %d never came" % n
                assert given.count(text) <= (1 if n < 2 else 2), "mail %d came too often" % n
                assert text in here or text in given or n < 2, "mail %d is lost" % n
            for _, text in MAILS:
                assert text in here or text in given or text in [one[1] for one in box.mails], "a mail is lost"
            assert len(box.mails) <= 2, "deletions got lost"  # those that were fetched to be left there
        except Exception as error:
            print("%s at %d: %r" % (where, place, error))
            sys.print_exception(error)
            sys.exit(1)
        times += 1
        doubles += again
        most = max(most, again)
    print("%d times, %d came once more, %d at once" % (times, doubles, most))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
