"""A download from a file that stands for the server, the same in every run: ``instructions HOW FILE PAYLOAD``.

HOW: micropop; mime: its octets decoded, and saved nowhere; find: only what the limit is, readinto and a search;
readline: line by line; empty: nothing at all.
"""

import sys


class Recorded:
    """A transport whose server's side was recorded to a file."""

    secure = True

    def __init__(self, file):
        self.readinto = file.readinto
        self.write = len

    def wait(self, writing, ms):
        pass

    def close(self):
        pass


class Nowhere:
    def write(self, data):
        return len(data)


def opened(file, payload):
    import micropop

    client = micropop.Client(Recorded(file), micropop.PacketPool(payload, 2))
    client.login("a", "b", method="USER")
    return client


def with_mime(file, payload):
    from micropop import mime

    client = opened(file, payload)
    nowhere = Nowhere()
    with client.retrieve(1) as message:
        for part in mime.read(message):
            part.save(nowhere)
    return message.received


def with_micropop(file, payload):
    client = opened(file, payload)
    received = 0
    with client.retrieve(1) as message:
        for packet in message:
            received += len(packet.data)
    return received


def with_find(file, payload):
    buf = bytearray(payload)
    received = 0
    while True:
        n = file.readinto(buf)
        if not n:
            return received
        buf.find(b"\n.", 0, n)
        received += n


def with_readline(file, payload):
    received = 0
    while True:
        line = file.readline()
        if not line or line == b".\r\n":
            return received
        if line.startswith(b".."):
            line = line[1:]
        received += len(line)


how = sys.argv[1]
with open(sys.argv[2], "rb") as file:
    if how == "micropop":
        received = with_micropop(file, int(sys.argv[3]))
    elif how == "mime":
        received = with_mime(file, int(sys.argv[3]))
    elif how == "find":
        received = with_find(file, int(sys.argv[3]))
    elif how == "readline":
        received = with_readline(file, int(sys.argv[3]))
    else:
        received = 0
print("received", received)
