"""A part's header, and the mail's (RFC 5322, 2045, 2183, 2231). Loaded for each header, and forgotten behind it."""

try:
    from micropython import const
except ImportError:
    const = int

_FIELD = const(2048)  # octets of a field that are kept while it is read
_TEXT = const(256)  # characters of its text that stay
_OCTETS = const(1100)  # enough for them, whatever their encoding
_BOUNDARY = const(128)
_SECTIONS = const(64)  # of a parameter
_PARTS = (b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-id")

# what a line is
_SOME = const(0)  # a field, or a part of one
_BLANK = const(1)
_NONE = const(2)  # no field: the body starts with it
_DELIMITER = const(3)


class Header:
    """Reads one header: ``part`` takes what it says; so does the reader, if it is the mail's."""

    def __init__(self, reader):
        self.reader = reader
        if reader.mode == 0:
            names = reader.fields
            reader.fields = {"subject": None, "to": None, "date": None}
            try:
                for name in (names,) if isinstance(names, str) else names:
                    reader.fields[name.lower()] = None
            except (AttributeError, TypeError):
                from .wrong import wrong

                raise wrong("fields", names)
        self.part = reader.leaf()
        if reader.kinds and reader.kinds[-1] == "digest":
            self.part.type = "message/rfc822"
        self.name = None  # of the field that is being read
        self.data = None  # pieces of its octets, if it is wanted
        self.room = 0  # for more of them
        self.seen = []  # fields that were kept: of two with one name the first counts
        self.rest = False  # within a line whose start was dealt with

    def read(self):
        """Read on: True: what comes is the body; False: a delimiter came instead; None: feed the reader."""
        reader = self.reader
        while True:
            at = reader.at
            held = reader.line
            if self.rest:
                end = reader.memory.find(b"\n", at, reader.end) + 1
                self.keep(reader.memory[at : end or reader.end])
                reader.at = end or reader.end
                if not end and not reader.eof:
                    return None
                self.rest = False
                while self.data:  # the line's end goes, which may lie in two pieces
                    data = self.data.pop().rstrip(b"\r\n")
                    if data:
                        self.data.append(data)
                        break
                continue
            whole = reader.gather(0)
            if whole is None:
                return None
            kind = self.line(reader.line, whole)
            if kind == _NONE:  # put back
                reader.at = at
                reader.line = held
                reader.guessed = True
            else:
                reader.line = b""
                self.rest = not whole
            if kind != _SOME:
                self.flush()
                return kind != _DELIMITER

    def line(self, line, whole):
        # deal with a line, or the start of a long one; what it is
        reader = self.reader
        if whole:
            line = line.rstrip(b"\r\n")
            if not line:
                return _BLANK
        if line[0] in b" \t":
            data = line.lstrip(b" \t")
            if self.name is None:
                return _NONE if data or not whole else _BLANK
            if data:
                self.keep(b" " + data)
            return _SOME
        if whole and line[0] == 45 and reader.bounds and reader.delimits(line, 0, len(line)):
            return _DELIMITER
        if self.name is None and reader.mode == 0 and line.startswith(b"From "):
            return _SOME  # of an mbox
        name, sign, data = line.partition(b":")
        name = name.rstrip(b" \t").lower()
        if not sign or not name:
            return _NONE
        for octet in name:
            if not 32 < octet < 127:
                return _NONE
        self.flush()
        self.name = name
        if name not in self.seen and (
            name in _PARTS or (reader.mode == 0 and (name == b"from" or str(name, "utf-8") in reader.fields))
        ):
            self.seen.append(name)
            self.data = []
            self.room = _FIELD
            self.keep(data)
        return _SOME

    def keep(self, data):
        # of the field that is being read, as far as there is room
        if self.data is not None:
            if len(data) > self.room:
                self.reader.truncated = True
                data = data[: self.room]
            if data:
                self.room -= len(data)
                self.data.append(bytes(data))

    def flush(self):
        # the field that was being read is whole
        name = self.name
        data = self.data
        self.name = self.data = None
        if data is None:
            return
        data = b"".join(data).strip()
        part = self.part
        if name == b"content-type":
            part.type = bare(data)
            kind = part.type.split("/")
            if len(kind) != 2 or not kind[0] or not kind[1]:
                part.type = "text/plain"
            if kind[0] == "multipart":
                boundary = (parameter(data, b"boundary")[0] or b"").rstrip()
                part.boundary = b"--" + boundary if 0 < len(boundary) <= _BOUNDARY else None
            else:
                part.charset = text(*parameter(data, b"charset")).lower() or None
                part.filename = part.filename or shown(data, b"name")
                if (parameter(data, b"format")[0] or b"").lower() == b"flowed":
                    part.flowed = 2 if (parameter(data, b"delsp")[0] or b"").lower() == b"yes" else 1
        elif name == b"content-transfer-encoding":
            word = bare(data)
            part.encoding = "base64" if word.find("base64") >= 0 else "quoted" if word.find("quoted") >= 0 else None
        elif name == b"content-disposition":
            part.disposition = bare(data) or None
            part.filename = shown(data, b"filename") or part.filename
        elif name == b"content-id":
            part.id = text(data).strip("<> ") or None
        reader = self.reader
        if reader.mode:
            return
        name = str(name, "utf-8")
        if not self.room:  # it was cut, maybe in an encoded word
            data = data.rsplit(b" ", 1)[0]
        if name in reader.fields:
            found = reader.fields[name] = text(data)
            if name in ("subject", "to", "date"):
                setattr(reader, name, found)
        if name == "from":
            reader.sender, reader.address = sender(data)


def bare(data):
    """The first word of a field, in small letters, without comments, quotes and blanks."""
    end = data.find(b";")
    word = data[:end] if end >= 0 else data
    if word.find(b"=") >= 0:
        return ""  # a parameter: the word is missing
    kept = bytearray()
    depth = 0
    for octet in word.lower():
        if octet == 40:
            depth += 1
        elif octet == 41:
            depth -= 1
        elif depth <= 0 and 32 < octet < 127 and octet != 34:
            kept.append(octet)
    return str(kept[:64], "utf-8")


def text(data, charset=None):
    """The text of a field's octets, "" for None: one line of 256 characters at the most, without control characters.

    :param bytes charset: if it is told; else they are UTF-8 or windows-1252, and may hold encoded words
    """
    if not data:
        return ""
    plain = charset is None and data.find(b"=?") < 0
    for octet in data:
        if not 32 <= octet < 127:
            plain = False
            break
    if plain:
        return str(data[:_TEXT], "utf-8").strip()
    from .words import decode

    return decode(data, charset)


def shown(data, name):
    """The last component of a file name, which is a parameter: what a person may read; or None."""
    name = text(*parameter(data, name)).strip().rstrip("/")
    name = name[name.rfind("/") + 1 :]
    name = name[name.rfind("\\", 0, max(len(name) - 1, 0)) + 1 :].strip()
    return None if name in ("", ".", "..") else name


def sender(data):
    """The name, or where there is none the address, and the address of the first mailbox in a From field.

    The address is what stands in ``<...>`` outside quotes before anything is decoded: no encoded word can feign one.
    """
    name = bytearray()
    comment = bytearray()
    quoted = False
    depth = 0  # of comments
    left = right = 0  # of the address
    at = -1
    size = len(data)
    while at + 1 < size:
        at += 1
        octet = data[at]
        if octet == 92 and (quoted or depth) and at + 1 < size:
            at += 1
            octet = data[at]
        elif octet == 34 and not depth:
            quoted = not quoted
            continue
        elif octet == 40 and not quoted:
            depth += 1
            continue
        elif octet == 41 and depth:
            depth -= 1
            continue
        elif octet == 60 and not quoted and not depth:
            left = at + 1
            right = 0
            continue
        elif octet == 62 and left and not right and not quoted and not depth:
            right = at
        elif octet == 44 and not quoted and not depth and (right or (not left and name.find(b"@") >= 0)):
            break
        if depth:
            kept = comment
        elif not left:
            kept = name
        else:
            continue
        if len(kept) < _OCTETS:
            kept.append(octet)
    if not right and (left or quoted or depth):  # something that never ends
        left = data.rfind(b"<") + 1
        right = data.find(b">", left)
        right = size if right < 0 else right
    address = bytes(name)
    if left:
        address = data[left:right]
        if address[:1] == b"@":
            address = address[address.find(b":") + 1 :]  # a route, as in the 1980s
    elif address.find(b"=?") < 0 or address.find(b"@") >= 0:
        name = b""  # else all is one encoded word, as programs make it that encode too much
    address = text(address[:_TEXT].replace(b"=?", b"=\x00?")).replace(" ", "")
    return text(bytes(name)) or text(bytes(comment)) or address, address


def parameter(data, name):
    """The octets of a parameter and their charset; None, None where it is missing.

    Its forms of RFC 2231 come first, their sections in order, whatever the order in which they stand. The charset is
    None where none is told.
    """
    if data.find(b"*") >= 0:
        coded = value(data, name + b"*")
        number = 0
        octets = charset = None
        while number < _SECTIONS:
            plain = None
            if number or coded is None:
                coded = value(data, name + b"*%d*" % number)
                if coded is None:
                    plain = value(data, name + b"*%d" % number)
            if coded is not None:
                from .words import unescape

                if charset is None:
                    first = coded.split(b"'", 2)
                    charset = first[0] if len(first) == 3 else b""
                    coded = first[-1] if len(first) == 3 else coded
                plain = unescape(coded, b"%")
            if plain is not None:
                octets = plain if octets is None else octets + plain
            elif number:
                break
            number += 1
        if octets is not None:
            return octets, charset
    return value(data, name), None


def value(data, name):
    """The octets of a parameter of just that name, or None.

    A quoted string ends with the field at the latest, another value at the next semicolon.
    """
    at = 0
    size = len(data)
    while at < size:
        end = data.find(b";", at)
        end = size if end < 0 else end
        sign = data.find(b"=", at, end)
        found = sign >= 0 and data[at:sign].strip().lower() == name
        at = sign + 1 if sign >= 0 else end
        while at < end and data[at] in b" \t":
            at += 1
        if at < size and data[at] == 34:
            kept = bytearray()
            at += 1
            while at < size and data[at] != 34:
                if data[at] == 92 and data[at + 1 : at + 2] in (b'"', b"\\"):
                    at += 1
                if found:
                    kept.append(data[at])
                at += 1
            if found:
                return bytes(kept)
            end = data.find(b";", at)
            end = size if end < 0 else end
        elif found:
            return data[at:end].strip()
        at = end + 1
    return None
