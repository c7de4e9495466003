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


def unlike(session, line):
    """What ``Session.answer()`` makes of a line that is no plain ``+OK``."""
    if said(line, b"+OK"):
        return line[4:]
    if not said(line, b"-ERR"):
        session.due += 1
        raise session.broken("line", line, session.secret)
    raise problem("reply", line, session.secret, session.login)


def said(line, word):
    # whether a line begins with a word, in whatever case
    behind = line[len(word) :][:1]
    return line[: len(word)].upper() == word and not behind.isalpha() and not behind.isdigit()
