"""Errors of programs that read mail. Loaded when one is made."""

from ..errors import InvalidArgument, InvalidState, LimitExceeded, Timeout


def wrong(kind, detail=None):
    """The exception for what went wrong, with a message that says what to do."""
    if kind == "part":
        return InvalidState("the mail's loop went on: read a part before you ask for the next")
    if kind == "limit":
        return LimitExceeded("the part has more than %d octets" % detail)
    if kind == "open":
        return LimitExceeded("no more than %d mails in each other can be opened: save the part" % detail)
    if kind == "field":
        return InvalidArgument('the field "%s" was not kept: name it in read(source, fields=(...))' % detail)
    if kind == "fields":
        return InvalidArgument('fields= wants names of header fields, such as ("list-id",), not %r' % (detail,))
    if kind == "source":
        return InvalidArgument(
            "a mail is read from a message, an open binary file, a path, bytes, or an iterator of packets, not from %r"
            % type(detail)
        )
    error = Timeout("the stream's %s() did nothing for ten seconds; it must return how many octets it took" % kind)
    error.fatal = False  # no client was closed
    return error
