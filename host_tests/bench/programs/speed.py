"""The time that downloads take: ``speed HOW HOST PORT NAME PAYLOAD``.

HOW: micropop: as its users do. pipelined: with several commands in flight. aio: with asyncio. bare: poll and readinto.
find: and a search for a line that starts with a dot, which no POP3 client can do without. readline: line by line, as
people write it.
"""

import select
import socket
import sys

from ticks import ticks_diff, ticks_us

how, host, port, name, payload = sys.argv[1:6]
port, payload = int(port), int(payload)
count, octets = [int(word) for word in name.split("x")[:2]]


def with_micropop():
    import micropop

    client = micropop.connect(host, port, tls=False, pool=micropop.PacketPool(payload, 2))
    client.login(name, "secret", method="APOP")
    received = 0
    if how == "pipelined":
        client.capabilities()
    start = ticks_us()
    if how == "pipelined":
        for message in client.retrieve_many(range(1, count + 1)):
            for packet in message:
                received += len(packet.data)
    else:
        for number in range(1, count + 1):
            with client.retrieve(number) as message:
                for packet in message:
                    received += len(packet.data)
    taken = ticks_diff(ticks_us(), start)
    client.quit()
    return taken, received


async def with_asyncio():
    import micropop.aio

    client = await micropop.aio.connect(host, port, tls=False, pool=micropop.PacketPool(payload, 2))
    await client.login(name, "secret", method="APOP")
    received = 0
    start = ticks_us()
    for number in range(1, count + 1):
        async with client.retrieve(number) as message:
            async for packet in message:
                received += len(packet.data)
    taken = ticks_diff(ticks_us(), start)
    await client.quit()
    return taken, received


def connected():
    connection = socket.socket()
    connection.connect(socket.getaddrinfo(host, port)[0][-1])
    connection.recv(512)
    connection.send(b"APOP " + name.encode() + b" 0\r\n")
    connection.recv(512)
    return connection


def with_loop(search):
    connection = connected()
    connection.setblocking(False)
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    wait = getattr(poll, "ipoll", poll.poll)
    readinto = getattr(connection, "readinto", None) or connection.recv_into
    buf = bytearray(payload)
    reply = len(f"+OK {octets} octets\r\n") + octets + 3
    start = ticks_us()
    for number in range(1, count + 1):
        connection.send(b"RETR %d\r\n" % number)
        left = reply
        while left:
            for _ in wait(5000):
                n = readinto(buf)
                if search:
                    buf.find(b"\n.", 0, n)
                left -= n
    taken = ticks_diff(ticks_us(), start)
    connection.close()
    return taken, count * octets


def with_readline():
    connection = connected()
    stream = connection.makefile("rb")
    received = 0
    start = ticks_us()
    for number in range(1, count + 1):
        connection.send(b"RETR %d\r\n" % number)
        stream.readline()
        while True:
            line = stream.readline()
            if line == b".\r\n":
                break
            if line.startswith(b".."):
                line = line[1:]
            received += len(line)
    taken = ticks_diff(ticks_us(), start)
    connection.close()
    return taken, received


if how == "readline":
    taken, received = with_readline()
elif how == "aio":
    import asyncio

    taken, received = asyncio.run(with_asyncio())
elif how in ("bare", "find"):
    taken, received = with_loop(how == "find")
else:
    taken, received = with_micropop()
if received != count * octets:
    raise SystemExit(f"received {received} of {count * octets} octets")
print("us", taken)
