"""Leaf: what a part's header says. No I/O: the parts of every face are leaves."""

_LONGEST = 256  # characters of a text

# fields that were there: of two the first counts
_FIELDS = ("content-type", "content-disposition", "content-transfer-encoding", "content-id")


class Leaf:
    """A part that holds no other parts; or all of a mail without parts.

    ``type``: "text/plain" where the mail tells none. ``filename``: to show, not to write to: the last component of what
    the mail says, or None. ``disposition``: "attachment", "inline" or None. ``charset``: as the mail says, or None.
    ``id``: what an HTML text refers to by ``cid:``, or None. ``number``: 1 for the mail's first part.
    """

    type = "text/plain"
    filename = disposition = charset = id = encoding = boundary = None
    flowed = 0  # 1: a line that ends in a blank goes on in the next; 2: and the blank goes
    number = 0
    seen = 0  # which fields were there
    decoder = stage = None  # of the text, once that is read
    rest = ""  # of the text, behind a limit
    left = b""  # of the octets that were taken, what was not used
    over = False  # all octets were taken

    def __init__(self, reader):
        self.reader = reader

    @property
    def flash_name(self):
        """A file name of letters, digits, ".", "-" and "_", 32 at the most, that does no harm in any file system."""
        from .names import harmless

        return harmless(self.number, self.filename)

    @property
    def truncated(self):
        """Whether ``text()`` left something behind its limit."""
        return bool(self.rest)

    @property
    def guessed(self):
        """Whether ``text()`` came upon octets that are not of the charset that the mail tells."""
        return self.decoder is not None and self.decoder.guessed

    def field(self, name, raw):
        """Take a field of the header.

        :param str name: of any field
        :param bytes raw: what is behind its colon
        """
        if name not in _FIELDS:
            return
        bit = 1 << _FIELDS.index(name)
        if self.seen & bit:
            return
        self.seen |= bit
        if name == "content-id":
            from .fields import text

            self.id = text(raw).strip("<> ")[:_LONGEST] or None
            return
        word = bare(raw)
        if name == "content-transfer-encoding":
            if word.find("base64") >= 0:
                self.encoding = "base64"
            elif word.find("quoted") >= 0:
                self.encoding = "quoted-printable"
        elif name == "content-disposition":
            self.disposition = word or None
            self.named(raw, b"filename")
        else:
            self.typed(word, raw)

    def typed(self, word, raw):
        kind = word.split("/")
        self.type = word if len(kind) == 2 and kind[0] and kind[1] else "text/plain"
        if raw.find(b"=") < 0:
            return
        from .parameters import parameter, text

        if self.type.startswith("multipart/"):
            self.boundary = (parameter(raw, b"boundary")[0] or b"").rstrip()
            return
        self.charset = (text(raw, b"charset") or "")[:_LONGEST].lower() or None
        if (parameter(raw, b"format")[0] or b"").lower() == b"flowed":
            self.flowed = 2 if (parameter(raw, b"delsp")[0] or b"").lower() == b"yes" else 1
        if self.filename is None:
            self.named(raw, b"name")

    def named(self, raw, name):
        # the file name, if this field has it
        if raw.find(b"=") >= 0:
            from .parameters import text

            found = text(raw, name)
            if found:
                from .names import shown

                self.filename = shown(found[:_LONGEST]) or self.filename


def bare(raw):
    """The first word of a field, in small letters, without comments, quotes and blanks."""
    word = raw.split(b";", 1)[0]
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
