"""Mail and Part: the blocking face of the reader."""

from .reader import Reader, forget


class Part:
    """A part of a mail, while its loop is at it: iterate over it for pieces of its octets, decoded, as bytes. What was
    read is gone: ``text()``, ``save()`` and the others go on where the last stopped.

    ``type``: "text/plain" where the mail tells none. ``filename``: to show, not to write to: the last component of what
    the mail says, or None. ``disposition``: "attachment", "inline" or None. ``charset``: as the mail says, or None.
    ``id``: what an HTML text refers to by ``cid:``, or None. ``number``: 1 for the mail's first part. ``truncated``:
    ``text()`` left something behind its limit. ``guessed``: it came upon octets that are not of the charset.
    """

    type = "text/plain"
    filename = disposition = charset = id = encoding = boundary = state = None
    truncated = guessed = False
    flowed = 0  # 1: a line that ends in a blank goes on in the next; 2: and the blank goes
    left = b""  # octets that were taken and not used

    def __iter__(self):
        for data in self.pieces():
            yield data if isinstance(data, bytes) else bytes(data)

    def pieces(self):
        """Iterate over pieces of the octets: bytes, or a view of the packet's memory that is valid until the next."""
        mail = self.mail
        while True:
            data = self.piece()
            if not data:
                return
            yield data
            lane = mail.lane
            # the short way, as long as packets hold nothing but the part
            while lane and mail.at == mail.end and mail.part is self and not self.left:
                try:
                    packet = next(mail.packets)
                except StopIteration:
                    mail.eof = True
                    mail.close()
                    break
                data = lane(packet)
                if data is None:
                    mail.feed(packet.pool.memory, packet.start, packet.end)
                    break
                if data:
                    yield data

    def piece(self):
        # the octets that come next; none: there are no more
        data = self.left
        if data:
            self.left = b""
            return data
        mail = self.mail
        if mail.part is not self:
            from .wrong import wrong

            raise wrong("part")
        data = mail.take()
        while data is None:
            mail.fill()
            data = mail.take()
        return data

    def text(self, limit=4096):
        """The next characters of the text, as the sender wrote it, "" at its end.

        :param int limit: how many at the most; ``truncated`` tells whether there are more
        """
        from .text import of_part

        return self.mail.run(of_part(self, limit))

    def readinto(self, buf):
        """Copy the next octets into ``buf``; returns how many, 0 at the end."""
        data = self.piece()
        count = min(len(data), len(buf))
        buf[:count] = data[:count]
        self.left = data[count:]
        return count

    def save(self, stream, progress=None, limit=None):
        """Write the rest of the part to ``stream``; returns how many octets that were.

        What was not written when an error came is the next that is read or saved.

        :param stream: anything with ``write(buf)`` that returns how many octets it took, None for none now
        :param progress: called as ``progress(saved, None)`` after each piece; nobody knows how much comes
        :param int limit: raise LimitExceeded when there are more octets than that
        Raises Timeout if the stream takes nothing for ten seconds.
        """
        count = 0
        for data in self.pieces():
            size = len(data)
            try:
                if limit is not None and count + size > limit:
                    from .wrong import wrong

                    raise wrong("limit", limit)
                taken = stream.write(data)
                if taken != size:
                    from .sources import write

                    write(self, stream, data, taken)
            except BaseException:
                self.left = self.left or data
                raise
            count += size
            if progress:
                progress(count, None)
        return count

    def open(self, fields=()):
        """Read the part as a mail: for message/rfc822, a mail in a mail. It ends where the outer mail's loop goes on.

        :param fields: as for ``mime.read()``
        Raises LimitExceeded where too many mails hold each other.
        """
        from .sources import place

        inside = place(self)
        mail = Mail(self, fields, self.mail.size)
        mail.inside = inside
        return mail

    @property
    def flash_name(self):
        """A file name of letters, digits, ".", "-" and "_", 32 at the most, that does no harm in any file system."""
        from .flash_name import flash_name

        return flash_name("%s%d" % (self.mail.inside, self.number), self.filename)


class Mail(Reader):
    """A mail that is read as it comes; made by ``mime.read()``. Iterate over it for its parts.

    ``subject``, ``sender``, ``address``, ``to``, ``date``: its header, each a line of 256 characters at the most, ""
    where it is missing. ``sender``: the name of who it is from, or the address where there is none. ``address``: what
    stands in ``<...>``, whatever the name looks like: for decisions. ``truncated``: something of the structure went
    beyond a limit, or its end is missing; ``guessed``: something of it is against the rules.
    """

    leaf = Part
    inside = ""  # in which parts of mails it lies, such as "2.1."
    file = None  # to be closed

    def __init__(self, source, fields, size):
        Reader.__init__(self, fields)
        self.size = size
        if hasattr(source, "complete"):  # a message on its way: its packets are read in place
            self.packets = iter(source)
        else:
            from .sources import packets

            packets(self, source)
        try:
            while self.advance() is None:
                self.fill()
        except BaseException:
            self.close()
            raise

    def fill(self):
        """Feed the next packet."""
        try:
            packet = next(self.packets)
        except StopIteration:
            self.eof = True
            self.close()
        else:
            self.feed(packet.pool.memory, packet.start, packet.end)

    def __iter__(self):
        return self

    def __next__(self):
        """The next part; what is left of the one before is passed over."""
        more = self.ahead or self.advance()
        self.ahead = False
        while more is None:
            self.fill()
            more = self.advance()
        if not more:
            raise StopIteration
        return self.part

    def text(self, limit=4096):
        """What a person would read: plain text if there is one, else HTML made plain, else the last text; or "".

        It is read to its end, or to ``limit``, and where the mail offers the same in several kinds, to the end of the
        last; parts before it are passed over. ``for part in mail`` goes on behind it. What is not read then, such as
        attachments, leaves the message unread: ``message.read`` is False, and a batch does not delete it.

        :param int limit: characters at the most; while they are put together they are in memory twice
        """
        from .text import of_mail

        return self.run(of_mail(self, limit))

    def run(self, steps):
        """What a generator returns that yields where the reader is to be fed."""
        try:
            while True:
                next(steps)
                self.fill()
        except StopIteration as done:
            return done.value
        finally:
            forget()

    @property
    def time(self):
        """The Date field as (year, month, day, hour, minute, second) in UTC; None where it is missing, or no date."""
        from .date import time

        return time(self.date)

    def field(self, name):
        """The text of a field, "" where it is missing.

        :param str name: one that was named in ``read(..., fields=("list-id",))``, or subject, to or date
        Raises InvalidArgument for another.
        """
        name = name.lower()
        if name in self.fields:
            return self.fields[name] or ""
        from .wrong import wrong

        raise wrong("field", name)

    def close(self):
        """Close the file, if ``read()`` opened one."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
