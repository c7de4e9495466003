"""Mail and Part: the blocking face of the reader."""

from .leaf import Leaf
from .reader import Reader

_NESTED = 4  # mails in mails, for each takes its share of CircuitPython's stack


class Mail(Reader):
    """A mail that is read as it comes; made by ``mime.read()``.

    ``subject``, ``sender``, ``address``, ``to``, ``date``, ``time`` and ``field()``: its header, see ``Headed``.
    Iterate over it for its parts. ``truncated``: something of its structure went beyond a limit, or its end is missing;
    ``guessed``: something of it is against the rules.
    """

    depth = 0  # in how many mails it lies

    def __init__(self, source, fields, size):
        Reader.__init__(self, fields, Part)
        from .sources import packets

        self.packets, self.file = packets(source, size)
        self.wait(self.begin)

    def wait(self, step):
        """What a step of the reader returns when it was fed enough."""
        found = step()
        while found is None:
            self.fill()
            found = step()
        return found

    def fill(self):
        """Feed the reader the next packet, or the mail's end."""
        try:
            packet = next(self.packets)
        except StopIteration:
            self.finish()
            self.close()
        else:
            self.feed(packet.pool.memory, packet.start, packet.end)

    def __iter__(self):
        return self

    def __next__(self):
        """The next part; what is left of the one before is passed over."""
        if self.ahead:
            self.ahead = False
        elif not self.wait(self.advance):
            raise StopIteration
        return self.part

    def text(self, limit=4096):
        """What a person would read: plain text if there is one, else HTML made plain, else the last text; or "".

        It is read to its end, and where the mail offers the same in several kinds, to the end of the last; parts before
        it are passed over. ``for part in mail`` goes on behind it.

        :param int limit: characters at the most
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

    def close(self):
        """Close the file, if ``read()`` opened one."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Part(Leaf):
    """A part of a mail, while its loop is at it: iterate over it for pieces of its octets, decoded, each valid until
    the next is asked for. What was read is gone: ``text()``, ``save()`` and the others go on where the last stopped.
    """

    def piece(self):
        # the octets that come next; none: there are no more
        data = self.left
        if data:
            self.left = b""
            return data
        self.check()
        mail = self.reader
        data = mail.take()
        while data is None:
            mail.fill()
            data = mail.take()
        return data

    def check(self):
        # Raises InvalidState
        if self.reader.part is not self:
            from ..errors import InvalidState

            raise InvalidState("the mail's loop went on: read a part before you ask for the next")

    def __iter__(self):
        return self

    def __next__(self):
        data = self.piece()
        if not data:
            raise StopIteration
        return data

    def text(self, limit=4096):
        """The next characters of the text, as the sender wrote it, "" at its end.

        :param int limit: how many at the most; ``truncated`` tells whether there are more
        """
        from .text import of_part

        self.check()
        return self.reader.run(of_part(self, limit))

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
        saved = 0
        mail = self.reader
        packets = mail.packets
        pour = mail.pour
        data = self.piece()
        while data:
            size = len(data)
            self.left = data
            if limit is not None and saved + size > limit:
                from ..errors import LimitExceeded

                raise LimitExceeded("the part has more than %d octets" % limit)
            taken = stream.write(data)
            if taken != size:
                from .sources import write

                write(self, stream, taken)
            self.left = b""
            saved += size
            if progress:
                progress(saved, None)
            if mail.at < mail.end or mail.eof:
                data = self.piece()
                continue
            data = None
            while data is None:  # the short way, of a packet that holds nothing but the part
                try:
                    packet = next(packets)
                except StopIteration:
                    data = self.piece()
                    break
                data = pour(packet.pool.memory, packet.start, packet.end)
        return saved

    def open(self, fields=()):
        """Read the part as a mail: for message/rfc822, a mail in a mail. It ends where the outer mail's loop goes on.

        :param fields: as for ``mime.read()``
        Raises LimitExceeded where too many mails hold each other.
        """
        from . import read

        depth = self.reader.depth + 1
        if depth > _NESTED:
            from ..errors import LimitExceeded

            raise LimitExceeded("no more than %d mails in each other can be opened: save the part" % _NESTED)
        mail = read(self, fields)
        mail.depth = depth
        return mail
