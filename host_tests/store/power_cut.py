"""Cut the power at every write of a poll, one by one: ``power_cut FILESYSTEM SCENARIO TORN AGAIN``. For MicroPython.

FILESYSTEM: ``littlefs`` or ``fat``. SCENARIO: see ``SCENARIOS``. TORN: 1 if half of the last write reaches the chip.
AGAIN: how many of the first writes of the board's next run are cut as well, one by one; 0 for none.

A run is what a board does between two power cuts: open the store, hand out what is pending, poll, hand out, prune.
Prints how many cuts there were, and the writes of one run that goes through; or what went wrong, and where.
"""

import hashlib
import os
import sys
from mailbox import Mailbox, mail

import micropop
import vfs
from flash_chip import Chip, Files
from micropop.store import Store

FOLDER = "/chip/mail"
OLD = [(b"uid-old-%d" % i, mail(f"old {i}", 700)) for i in range(3)]
NEW = [
    (b"uid-small", mail("small", 400)),
    (b"uid-empty", b"Subject: empty\r\n\r\n"),
    (b"", mail("without uid", 1300)),
    (b"uid-large", mail("large", 9000)),
    (b"uid-twin", mail("twin", 600)),
    (b"uid-twin", mail("other twin", 900)),
]
HASHES = {hashlib.sha256(content).digest(): content for _, content in OLD + NEW}
LOST = {
    "fat": 6 * 1024,
    "littlefs": 8 * 1024,
}  # bytes of flash that a cut may take
KEEP = 100

# what an earlier run stored, what the server has now, whether mails are deleted there, how many are kept here
SCENARIOS = {
    "first": ((), NEW, False, KEEP),
    "leave": (OLD, OLD[1:] + NEW, False, KEEP),
    "delete": (OLD[:2], NEW, True, KEEP),
    "prune": (OLD, NEW[:3], True, 4),
}


class Board:
    """A board, its mailbox, and the world outside that sees what its program is given. ``cuts``: those it suffered."""

    cuts = 1

    def __init__(self, files, memory, mailbox, delete, keep):
        self.files = files
        self.memory = memory
        self.mailbox = mailbox
        self.delete = delete
        self.keep = keep
        self.given = []
        self.pool = micropop.PacketPool(512, 2)

    def run(self, left=None, torn=False):
        """Run until the power goes. Returns the writes that were made, or None if it went."""
        return self.files.live(self.memory, self.live, left, torn)

    def live(self):
        store = Store(FOLDER)
        self.hand_out(store)
        client = micropop.Client(self.mailbox.connect(), self.pool)
        client.login("mrose", "secret", method="USER")
        for stored in store.fetch(client, delete=self.delete):
            assert digest(stored.path) in HASHES, "half a mail was handed over"
        assert store.refused is None
        client.quit()
        self.hand_out(store)
        store.prune(self.keep)

    def hand_out(self, store):
        for found in store.pending():
            self.given.append(digest(found.path))

    def check(self, before, complete):
        """Raise AssertionError if a mail is lost, half, or there twice; returns the bytes free, if ``complete``."""
        chip = Chip(bytearray(self.memory), self.files.block)  # a copy: looking at it changes nothing
        self.files.mount(chip)
        try:
            store = Store(FOLDER)
            here = [digest(found.path) for found in store.mails()]
            pending = [digest(found.path) for found in store.pending()]
            names = os.listdir(FOLDER)
            seen = os.stat(FOLDER + "/seen")[6] if "seen" in names else 0
            free = store.free()
        finally:
            vfs.umount("/chip")
        there = [hashlib.sha256(content).digest() for _, content in self.mailbox.mails]
        for one in here:
            assert one in HASHES, "half a mail is on the flash"
            assert here.count(one) == 1, "a mail is there twice"
            assert one in self.given or one in pending, "a mail would never be handed out"
        for one in before:
            assert one in here or one in there or one in self.given, "a mail is lost"
        assert not [name for name in names if name.endswith(".tmp")], "what was half done is left"
        if complete:
            for one in before:
                assert one in self.given, "a mail was never handed out"
                assert one in here or self.keep < KEEP, "a mail is missing"
                assert self.given.count(one) <= 1 + self.cuts, "a mail was handed out too often"
            assert not pending
            assert bool(there) != self.delete
            assert seen <= 8 * (len(OLD) + len(NEW))
        return free


def digest(path):
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            data = file.read(512)
            if not data:
                return found.digest()
            found.update(data)


def main(filesystem, scenario, torn, again):
    """Cut and check; see above."""
    files = Files(filesystem)
    before, then, delete, keep = SCENARIOS[scenario]
    chip = files.make(128 * 1024)
    given = []
    if before:
        board = Board(files, chip.memory, Mailbox(before), delete, keep)
        board.run()
        given = board.given
    new = [content for _, content in then if content not in [old for _, old in before]]
    wanted = given + [hashlib.sha256(content).digest() for content in new]

    def board(memory):
        made = Board(files, memory, Mailbox(then), delete, keep)
        made.given = list(given)
        return made

    whole = board(bytearray(chip.memory))
    total = whole.run()
    free = whole.check(wanted, True)
    cuts = 0
    for left in range(total):
        for second in range(again) if again else (None,):
            subject = board(bytearray(chip.memory))
            try:
                step = "the first cut"
                assert subject.run(left, torn) is None, "the power did not go"
                if again:
                    subject.check(wanted, False)
                    step = "the second cut"
                    subject.cuts = 2
                    if subject.run(second, torn) is not None:
                        break  # that run had fewer writes
                subject.check(wanted, False)
                step = "the poll after it"
                assert subject.run() is not None
                lost = free - subject.check(wanted, True)
                assert lost <= LOST[filesystem] * subject.cuts, f"{lost} bytes of flash are lost"
                extra = len(subject.mailbox.retrieved) - len(new)
                assert 0 <= extra <= subject.cuts, "mails were fetched again that were not in flight"
                cuts += subject.cuts
            except Exception as error:
                print(f"cut at write {left}, then {second}, {step}: {error!r}")
                sys.print_exception(error)
                sys.exit(1)
    print(f"{cuts} cuts, {total} writes")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
