"""Tokens on real littlefs and FAT, where the power goes: ``flash WHAT FILESYSTEM TORN``. For MicroPython.

WHAT: ``cuts``: the power goes at each write of a renewal, and again at each of the first of the next; ``full``: the
flash is filled up to every number of blocks; ``read-only``: it cannot be written. TORN: 1 if half of the last write
reaches the chip. Prints how many cuts there were, or how often the flash was full; or what went wrong, and where.
"""

import os
import sys

import micropop
import micropop.transport
import vfs
from flash_chip import Chip, Files
from micropop import oauth

PATH = "/chip/token.txt"
FIRST = "refresh-0"
SIZE = 1200  # bytes of a token
AGAIN = 6  # writes of the second renewal that are cut too


class Server:
    """A token server: takes any of the refresh tokens that it gave last, or before that. ``count``: its renewals."""

    secure = True

    def __init__(self):
        self.count = 0
        self.good = [FIRST]
        self.sent = b""
        self.answer = b""

    def write(self, data):
        self.sent += bytes(data)
        return len(data)

    def readinto(self, buf):
        if self.sent:
            self.renew()
        n = min(len(buf), len(self.answer))
        buf[:n] = self.answer[:n]
        self.answer = self.answer[n:]
        return n

    def renew(self):
        came = self.sent.split(b"refresh_token=")[1].split(b"&")[0].decode()
        self.sent = b""
        assert came in self.good, "a refresh token that was never given: " + came[:20]
        self.count += 1
        new = f"refresh-{self.count}-" + "r" * SIZE
        self.good = [came, new]
        access = f"access-{self.count}-" + "a" * SIZE
        body = f'{{"access_token":"{access}","refresh_token":"{new}","expires_in":3600}}'
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body.encode()

    def close(self):
        self.sent = b""


class Dialling:
    """The transport of the platform."""

    server = None

    @staticmethod
    def dial(*_):
        return Dialling.server


def deployed(files, size):
    """What a chip holds with the first refresh token on it, as `make deploy` leaves it."""
    chip = files.make(size)
    files.mount(chip)
    with open(PATH, "w") as file:
        file.write(FIRST)
    vfs.umount("/chip")
    return chip.memory


def token(server):
    """A Token whose server is that, without a network."""
    Dialling.server = server
    return oauth.Token(PATH, "https://localhost/", "client", pool=micropop.PacketPool(128, 1))


def numbers():
    """The numbers of the access token and of the refresh token that count now."""
    from micropop.oauth.record import ACCESS, ACCESS_LENGTH, REFRESH, load, taken

    it = oauth.Token(PATH, "https://localhost/", "client")
    load(it)
    refresh = taken(it, REFRESH).decode()
    number = int(refresh.split("-")[1])
    if not it.numbers[ACCESS_LENGTH]:
        return None, number
    assert refresh.endswith("r" * SIZE), "half a refresh token"
    access = taken(it, ACCESS).decode()
    assert access.endswith("a" * SIZE), "half an access token"
    return int(access.split("-")[1]), number


def renew(files, memory, server, left=None, torn=False):
    """Renew until the power goes. Returns the writes that were made, or None if it went."""
    return files.live(memory, lambda: token(server).renew(), left, torn)


def check(files, memory, server, before):
    """Raise AssertionError unless the newest pair of tokens is there, or that with the number ``before``; returns
    which."""
    files.mount(Chip(bytearray(memory), files.block))  # a copy: looking at it changes nothing
    try:
        access, refresh = numbers()
    finally:
        vfs.umount("/chip")
    assert access in (None, refresh), "an access token without its refresh token"
    assert refresh in (server.count, before), "neither the old one nor the new one"
    return refresh


def cuts(files, torn):
    memory = deployed(files, 128 * 1024)
    first = Server()
    for before in range(3):  # with no record on the flash, with one, with two
        if before:
            renew(files, memory, first)
        whole = Server()
        whole.count = first.count
        whole.good = list(first.good)
        total = renew(files, bytearray(memory), whole)
        count = 0
        for left in range(total):
            for second in range(AGAIN):
                server = Server()
                server.count = first.count
                server.good = list(first.good)
                subject = bytearray(memory)
                assert renew(files, subject, server, left, torn) is None, "the power did not go"
                stored = check(files, subject, server, first.count)
                gone = renew(files, subject, server, second, torn) is None
                assert gone or stored < server.count
                check(files, subject, server, stored if gone else None)
                assert renew(files, subject, server) is not None
                check(files, subject, server, None)
                count += 1 + gone
        print(count, "cuts", total, "writes")


def full(files):
    memory = deployed(files, 64 * 1024 if files.fat else 96 * 1024)
    times = 0
    for blocks in range(24 if files.fat else 8):
        server = Server()
        subject = bytearray(memory)
        files.mount(Chip(subject, files.block))
        size = os.statvfs("/chip")[0]
        try:
            with open("/chip/ballast", "wb") as file:
                for _ in range(os.statvfs("/chip")[3] - blocks):
                    file.write(bytes(size))
        except OSError:
            pass
        try:
            token(server).renew()
        except micropop.Error as error:
            assert type(error).__name__ == "StoreFull", repr(error)
            assert "no room" in str(error)
            times += 1
        os.remove("/chip/ballast")
        vfs.umount("/chip")
        check(files, subject, server, 0)
        files.mount(Chip(subject, files.block))
        it = token(server)
        it.renew()
        assert it.get().startswith(b"access-%d-" % server.count)
        vfs.umount("/chip")
    print(times, "times full")


def read_only(files):
    memory = deployed(files, 64 * 1024)
    server = Server()
    files.mount(Chip(memory, files.block), readonly=True)
    it = token(server)
    assert it.get().startswith(b"access-1-")
    assert it.get().startswith(b"access-1-")
    it.renew()
    assert it.get().startswith(b"access-2-")
    assert it.fresh
    assert numbers() == (None, 0), "something was written"
    vfs.umount("/chip")
    print(server.count, "renewals")


if __name__ == "__main__":
    sys.modules["micropop.transport.micropython"] = Dialling
    on = Files(sys.argv[2])
    if sys.argv[1] == "cuts":
        cuts(on, sys.argv[3] == "1")
    elif sys.argv[1] == "full":
        full(on)
    else:
        read_only(on)
