"""Whole mails, each a file in ``mails/`` with what is right in a file beside it, however they are cut."""

import json
import os
import sys
from binascii import a2b_base64

from micropop import mime

from host_tests.mime.both.helpers import Message, each_way, octets, read

FOLDER = "../mails" if sys.implementation.name == "micropython" else __file__.rsplit("/", 2)[0] + "/mails"
HEADER = ("subject", "sender", "address", "to", "date", "time")
PART = ("filename", "disposition", "charset", "id")


def contents(name):
    with open(FOLDER + "/" + name, "rb") as file:
        return file.read()


def mails():
    """(name, the mail, what is right) of all."""
    for name in sorted(os.listdir(FOLDER)):
        if name.endswith(".eml"):
            yield name, contents(name), json.loads(contents(name[:-4] + ".json").decode())


def parts(mail, right):
    """What there is of each part that something is said about; "text" is read where there is one, else octets."""
    found = []
    for part in mail:
        said = right[len(found)] if len(found) < len(right) else {}
        one = {"type": part.type}
        for key in PART:
            if key in said or (key != "charset" and getattr(part, key) is not None):
                one[key] = getattr(part, key)
        if "text" in said:
            one["text"] = part.text()
        elif "octets" in said:
            one["octets"] = octets(part)
        found.append(one)
    return found


def check(name, mail, right):
    said = right.get("header", {})
    for key in said:
        value = getattr(mail, key)
        value = list(value) if key == "time" else value
        assert value == said[key], f"{name}: {key}: {value!r}"
    found = parts(mail, right["parts"])
    wanted = []
    for part in right["parts"]:
        wanted.append(dict(part))
        if "octets" in part:
            wanted[-1]["octets"] = a2b_base64(part["octets"])
    assert found == wanted, f"{name}: {found!r}, not {wanted!r}"


def test_every_mail_is_read_right():
    count = 0
    for name, data, right in mails():
        for size in (64, 512, 1460):
            check(name, read(data, size), right)
        count += 1
    assert count > 40


def test_every_mail_however_it_is_cut():
    for name, data, right in mails():
        for size in (1, 2, 3, 5, 7, 13, 31):
            check(name, read(data, size), right)
        for cut in range(1, len(data), 17):
            check(name, mime.read([data[:cut], data[cut:]]), right)


def test_the_text_that_a_person_reads():
    for name, data, right in mails():
        if "text" in right:
            text = each_way(data, lambda mail: mail.text(), (3, 64, 512))
            assert text == right["text"], f"{name}: {text!r}"


def test_every_mail_from_a_file():
    for name, data, right in mails():
        check(name, mime.read(FOLDER + "/" + name), right)
        check(name, mime.read(data), right)


def test_every_mail_is_passed_over_to_its_end():
    for name, data, _ in mails():
        message = Message(data, 64)
        assert len(list(mime.read(message))) >= 0
        assert not message.data, name


class Surrounded:
    """A mail on its way whose packets lie in the middle of a memory, with something around them."""

    complete = False
    start = 80

    def __init__(self, data, size, around):
        self.pool = self
        self.filled = (around * (size + 160))[: size + 160]
        self.memory = bytearray(self.filled)
        self.data = data
        self.size = size
        self.end = self.start

    def __iter__(self):
        return self

    def __next__(self):
        if not self.data:
            raise StopIteration
        self.memory[:] = self.filled
        taken = self.data[: self.size]
        self.data = self.data[self.size :]
        self.end = self.start + len(taken)
        self.memory[self.start : self.end] = taken
        return self


def test_what_lies_around_a_packet_does_not_count():
    for name, data, right in mails():
        if len(data) < 2000:
            for around in (b"\n", b"\r\n--", b"=", b"-", b"\n=\r"):
                for size in (1, 2, 7, 64):
                    check(name, mime.read(Surrounded(data, size, around)), right)
