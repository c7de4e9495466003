"""The hash of a mail's header, by which it is known again."""

try:
    from hashlib import sha256
except ImportError:  # CircuitPython has only this one everywhere
    from hashlib import new

    def sha256(data=b""):
        return new("sha1", data)


ENOUGH = 512  # octets of a header: lines with the date and the server's own number come first


def hashed(start):
    """The hash of a header, in which what servers add and change does not count.

    :param bytes start: the first ``ENOUGH`` octets of the mail, or all of it
    """
    found = sha256()
    passed = False
    at = 0
    while at < len(start):
        end = start.find(b"\n", at)
        field = start[at : end if end >= 0 else len(start)].rstrip(b"\r")
        if not field:
            break
        at = end + 1 if end >= 0 else len(start)
        if field[0] not in b" \t":
            name = field.split(b":", 1)[0].lower()
            passed = name.startswith(b"x-") or name in (b"status", b"content-length", b"lines")
        if not passed:
            found.update(field)
    return found.digest()


def mark_of(digest):
    """What an entry has of a header's hash."""
    return int.from_bytes(digest[7:10], "little")
