"""What cannot be done now, and why; and replies that are no ``+OK``. Loaded when it was tried."""

from ..errors.problems import problem


def refuse(session, stream=None):
    """Raise the InvalidState for a call while something else is in progress, or for a stream that is over."""
    if session.busy:
        raise problem("busy")
    if stream is None:
        raise problem("open")
    raise problem("ended" if session.state == "CLOSED" else "end")


def unfit(session, state, number):
    """Raise the InvalidState or InvalidIndex for what ``Session.need()`` found unfit; or, once, what closed the session
    and was not told then."""
    why = session.why
    if isinstance(why, Exception):
        session.why = None
        raise why
    if session.state != state and (state or session.state not in ("AUTHORIZATION", "TRANSACTION")):
        raise problem("state", session.state, why)
    raise problem("number", number, session.max)


def refused(session, line):
    """Whether a reply that is no plain ``+OK`` is ``-ERR``, or just another way to write ``+OK``. Raises
    ProtocolError."""
    if said(line, b"-ERR"):
        return True
    if not said(line, b"+OK"):
        raise session.broken("line", line, session.secret)
    return False


def said(line, word):
    # whether a line begins with a word, in whatever case
    behind = line[len(word) :][:1]
    return line[: len(word)].upper() == word and not behind.isalpha() and not behind.isdigit()
