"""The exception for what went wrong, with a message that says what to do. Loaded when something did."""

from ..memory import forgetting


def problem(situation, *details):
    """The exception for a situation.

    :param str situation: one that ``situations.py`` knows; or "reply", which is what a server said that is not ``+OK``
    :param details: what its message tells; those of "reply" are the parameters of ``refusals.refused()``
    """
    if situation == "reply":
        with forgetting():
            from .refusals import refused

            made = refused(*details)
        if made is not None:
            return made
        situation = "line"
        details = details[:2]
    with forgetting():
        from .situations import exception

        return exception(situation, details)


def explain(error, transport):
    """The typed error for the OSError, or ValueError, that a transport raised, which may know better; others as they
    are."""
    if not isinstance(error, (OSError, ValueError)):
        return error
    situation = transport.explain(error) if hasattr(transport, "explain") else None
    if situation is None:
        if not isinstance(error, OSError):
            return error
        situation = "os"
    return problem(situation, error)
