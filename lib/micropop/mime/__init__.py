"""Mail that people can read: a mail as a stream of parts, decoded, in constant memory.

How data flows. A face (``mail.py``) takes packets from a source and feeds them to the reader (``reader.py``), which
does no I/O: ``advance()`` goes to the next part, ``take()`` gives a piece of its body, and where one of them returns
None it wants the next packet. A body that is not encoded is handed out as it lies in the packet, quoted-printable is
decoded in place, base64 becomes as many octets as a packet holds. Nothing else of a body is ever in memory. What a
header or a text needs is loaded for it and forgotten behind it.

Limits, whatever the mail: a field is kept to 2,048 octets and its text to 256 characters; a delimiter's line has 256
octets at the most, a boundary 128; 20 multiparts may lie in each other, what is deeper is a part as it is; 1,000 parts,
64 sections of a parameter; of a multipart that has no delimiter the first 1,024 octets are its text; mails in mails are
opened 4 deep. ``truncated`` of a mail tells that one of them was met, that of a part that its text goes on; ``guessed``
tells that a mail, or the text of a part, is against the rules.

``folders``: where files with tables of further character sets may lie; at last they are looked for beside the library,
in ``charsets`` next to ``micropop``. ``make deploy`` copies those that are asked for.
"""

folders = ["/charsets"]


def read(source, fields=(), size=None):
    """Read a mail.

    :param source: a message on its way, a path, a file open in "rb", bytes, a stored mail: anything with
        ``readinto(buf)``, or an iterator of packets or of pieces of bytes. Lines without their ends, as poplib's
        ``retr()`` gives them, must be joined: ``b"\\r\\n".join(lines)``
    :param fields: names of header fields to keep besides From, To, Subject and Date
    :param int size: octets of the buffer for a source that brings no packets of its own; 512 on boards, unless told
    """
    from .mail import Mail

    return Mail(source, fields, size)
