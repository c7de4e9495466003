"""What a POP3 client must make of bytes, written as plainly as can be: no packets, no cuts, no state."""


def body(stream):
    """The mail in a multi-line reply, behind its first line.

    :param bytes stream: all that comes
    :return: (mail, what stands behind its end), or None if the end never comes
    """
    mail = b""
    while True:
        line, end, stream = stream.partition(b"\n")
        if not end:
            return None
        if line in (b".", b".\r"):
            return mail, stream
        if line[:2] == b"..":
            line = line[1:]
        mail += line + end


def first_line(stream):
    """The first line, without its end, and what stands behind it; or None if the line's end never comes."""
    line, end, rest = stream.partition(b"\n")
    if not end:
        return None
    return line.rstrip(b"\r"), rest


def is_ok(line):
    """Whether a reply's first line says so."""
    return line[:3].upper() == b"+OK" and not line[3:4].isalnum()


def listing(stream):
    """The lines of a listing, without their ends, and what stands behind it; or None if the end never comes."""
    lines = []
    while True:
        found = first_line(stream)
        if found is None:
            return None
        line, stream = found
        if line == b".":
            return lines, stream
        lines.append(line[1:] if line[:2] == b".." else line)
