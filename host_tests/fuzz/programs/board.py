"""Random input on a board, in as little heap as can be: ``board TARGET FILE``.

FILE holds inputs for one target, as ``inputs.py`` writes them; what the server sends is read from it piece by piece,
and never in memory. What must hold is checked by hand: code compiled for boards has no assert. Prints how many inputs
passed, and how often memory was too short, behind which the session can still be closed and its packets are there.
"""

import sys

import micropop
from micropop import Error


class Feed:
    """A transport: each line that the client sends makes the next of the server's replies come."""

    secure = True

    def __init__(self, replies, piece):
        self.replies = replies  # that are still to come
        self.piece = piece
        self.left = 0  # of the reply in the file that is being read
        self.due = 1  # replies that were asked for
        self.closed = self.gap = False

    def readinto(self, buf):
        self.gap = not self.gap
        if self.gap:
            return None
        while not self.left and self.due and self.replies:
            self.left = number()
            self.replies -= 1
            self.due -= 1
        n = min(len(buf), self.left, self.piece)
        self.left -= n
        return file.readinto(buf[:n]) if n else 0

    def write(self, data):
        for c in data:
            if c == 10:
                self.due += 1
        return len(data)

    def wait(self, writing, ms):
        pass

    def close(self):
        self.closed = True


def do(client, name):
    if name == "numbers":
        client.stat()
        client.size(1)
        client.uid(1)
        client.delete(1)
    elif name == "lists":
        for _ in client.list():
            pass
        for _ in client.uidl():
            pass
    elif name in ("bodies", "abandoned"):
        with client.retrieve(1) as message:
            for _ in message:
                if name == "abandoned":
                    break
        client.noop()
    elif name == "capabilities":
        client.capabilities()
    elif name == "check":
        client.pipelining = True
        for _ in client.check()[2]:
            pass
    elif name != "greeting":
        client._session.state = "AUTHORIZATION"
        if name in ("XOAUTH2", "OAUTHBEARER"):
            client.login("mrose", token="tanstaaf", method=name)
        else:
            client.login("mrose", "tanstaaf", method=name)


def check(holds, what):
    if not holds:
        raise ValueError(what)


def number():
    # the next two bytes of the file
    head = file.read(2)
    return head[0] + 256 * head[1] if head else 0


def run(name, payload, packets, piece, replies):
    global short
    pool = feed = client = None
    try:
        pool = micropop.PacketPool(payload, packets)
        feed = Feed(replies, piece)
        client = micropop.Client(feed, pool)
        client._session.state = "TRANSACTION"
        do(client, name)
    except Error as error:
        check(feed.closed or (client and not error.fatal), "left open")
    except MemoryError:
        short += 1
        if feed and not client:
            feed.close()  # as connect() does
    if client:
        client.close()
    check(feed is None or feed.closed, "not closed")
    check(pool is None or pool.free == pool.total, "a packet is missing")


count = short = 0
with open(sys.argv[2], "rb") as file:
    while True:
        length = number()
        if not length:
            break
        end = file.tell() + length
        try:
            run(sys.argv[1], number(), number(), number(), number())
        except BaseException:
            print("input", count)
            raise
        file.seek(end)
        count += 1
print("inputs", count)
print("short", short)
