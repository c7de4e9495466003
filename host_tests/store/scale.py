"""Polls of a large mailbox, counted: ``scale COUNT``. For MicroPython.

The mailbox has COUNT mails with UIDs of 70 octets, listed in another order by each session. Prints a line for a first
fetch, for a poll that finds nothing new, and for one that finds one new mail: the most heap that was in use beyond what
there was before, octets that the server sent, commands that it got, and bytes that were read from the flash.
"""

import gc
import os
import sys

import micropop
import vfs
from flash_chip import Chip, Files
from micropop.store import Store
from power_cut import FOLDER

SPREAD = (7, 11, 13, 17, 19, 23, 29, 31)  # one of them for each session: no common divisor with the count


class Reads(Chip):
    """Counts the bytes that are read."""

    read = 0

    def readblocks(self, number, buf, offset=None):
        Reads.read += len(buf)
        return Chip.readblocks(self, number, buf, offset)


class Large:
    """A server whose mailbox takes no memory: what it says is made while it is read. A transport."""

    secure = True

    def __init__(self, count, spread):
        self.count = count
        self.spread = spread
        self.request = b""
        self.reply = b"+OK\r\n"
        self.coming = None  # numbers that are still to be listed, and by which command
        self.sent = self.asked = 0
        self.most = 0
        self.reads = 0

    def mail(self, number):
        return (number * self.spread) % self.count

    def wait(self, writing, ms):
        raise AssertionError

    def close(self):
        pass

    def readinto(self, buf):
        self.reads += 1
        if self.reads < 200 or self.reads % 61 == 0:  # all of the login and what follows; then now and then
            gc.collect()
            self.most = max(self.most, gc.mem_alloc())
        if not self.reply and self.coming:
            number, verb = self.coming
            if number == self.count:
                self.reply = b".\r\n"
                self.coming = None
            else:
                about = b"%070d" % self.mail(number) if verb == "UIDL" else b"%d" % len(self.text(number))
                self.reply = b"%d " % (number + 1) + about + b"\r\n"
                self.coming = number + 1, verb
        n = min(len(buf), len(self.reply))
        if not n:
            return None
        buf[:n] = self.reply[:n]
        self.reply = self.reply[n:]
        self.sent += n
        return n

    def text(self, number):
        return b"Subject: %d\r\n\r\nx\r\n" % self.mail(number)

    def write(self, data):
        self.request += bytes(data)
        while b"\r\n" in self.request:
            line, self.request = self.request.split(b"\r\n", 1)
            self.asked += 1
            words = line.decode().split()
            self.reply += b"+OK\r\n"
            if words[0] in ("UIDL", "LIST"):
                self.coming = 0, words[0]
            elif words[0] == "RETR":
                text = self.text(int(words[1]) - 1)
                self.reply = b"+OK %d octets\r\n" % len(text) + text + b".\r\n"
        return len(data)


def poll(count, spread, new):
    """One poll: prints what it took."""
    store = Store(FOLDER)
    pool = micropop.PacketPool(512, 2)
    server = Large(count, spread)
    gc.collect()
    before = gc.mem_alloc()
    read = Reads.read
    client = micropop.Client(server, pool)
    client.login("mrose", "secret", method="USER")
    came = 0
    for found in store.fetch(client):
        os.remove(found.path)
        came += 1
    client.quit()
    assert came == new, "%d mails came" % came
    print(server.most - before, server.sent, server.asked, Reads.read - read)
    for _ in store.pending():
        pass


def main(count):
    """Poll; see above."""
    files = Files("littlefs")
    spreads = [spread for spread in SPREAD if count % spread and (count + 1) % spread]
    for size, rounds in ((64 * 1024, ((1, 1, 1),)), (1024 * 1024, None)):  # first every module and name is loaded
        made = files.make(size)
        files.mount(Reads(made.memory, files.block))
        for mails, spread, new in rounds or ((count, 1, count), (count, spreads[0], 0), (count + 1, spreads[1], 1)):
            poll(mails, spread, new)
        vfs.umount("/chip")
        made = None


if __name__ == "__main__":
    main(int(sys.argv[1]))
