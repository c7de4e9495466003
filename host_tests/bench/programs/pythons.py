"""What a download takes of CPython's memory: ``pythons HOW HOST PORT NAME``.

HOW: micropop: packet by packet. poplib: the standard library's client. email: and its mail parsed by the email package.
Prints the peak of what Python allocates from the login on.
"""

import email
import email.policy
import poplib
import sys
import tracemalloc

import micropop


def with_micropop():
    client = micropop.connect(host, port, tls=False, pool=micropop.PacketPool(512, 2))
    client.login(name, "secret", method="APOP")
    client.top(1).discard()  # loads what a download needs of the library
    tracemalloc.start()
    received = 0
    with client.retrieve(1) as message:
        for packet in message:
            received += len(packet.data)
    client.quit()
    return received


def with_poplib():
    client = poplib.POP3(host, port)
    client.user(name)
    client.pass_("secret")
    tracemalloc.start()
    lines = client.retr(1)[1]
    client.quit()
    return lines


def with_email():
    return email.message_from_bytes(b"\r\n".join(with_poplib()), policy=email.policy.default)


how, host, port, name = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
fetched = {"micropop": with_micropop, "poplib": with_poplib, "email": with_email}[how]()
print("peak", tracemalloc.get_traced_memory()[1])
