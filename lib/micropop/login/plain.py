"""The mechanisms that send the password or the token: PLAIN (RFC 4616), LOGIN, XOAUTH2, OAUTHBEARER (RFC 7628)."""

from .sasl import begin, cancel, challenge, escaped, refused, respond


def authenticate(session, method, user, secret, authzid):
    """Log in with one mechanism.

    :param str method: its name
    :param bytes user: whose mailbox
    :param bytes secret: the password, or the token
    :param bytes authzid: the mailbox to act for, or an empty one
    Raises ServerError; one that has ``unusable`` set says that the mechanism failed, not the name or password.
    """
    if method == "PLAIN":
        yield from at_once(session, method, (authzid, b"\0", user, b"\0", secret), None)
    elif method == "XOAUTH2":
        yield from at_once(session, method, (b"user=", user, b"\1auth=Bearer ", secret, b"\1\1"), b"")
    elif method == "OAUTHBEARER":
        parts = (b"n,a=", escaped(authzid or user), b",\1auth=Bearer ", secret, b"\1\1")
        yield from at_once(session, method, parts, b"\1")
    else:
        yield from begin(session, method)
        yield from respond(session, (user,))
        if (yield from challenge(session)) is None:
            yield from cancel(session, method, "no prompt for the password")
        yield from respond(session, (secret,))
        yield from session.reply()


def at_once(session, method, parts, last_word):
    """A mechanism of one message: in the AUTH line where that fits 255 octets (RFC 5034 section 4), else on request.

    :param bytes last_word: the answer to a token server's explanation why it refuses; None: there is none
    """
    length = 0
    for part in parts:
        length += len(part)
    answer = None
    begun = False
    if method != "XOAUTH2" and len(method) + (length + 2) // 3 * 4 <= 247:  # Outlook wants two lines for XOAUTH2
        begun = True
        yield from respond(session, parts, b"AUTH " + method.encode() + b" ")
        try:
            answer = yield from challenge(session)
        except Exception as error:
            if not refused(session, error):
                raise
            begun = False  # some servers take two lines only
    if not begun:
        answer = yield from begin(session, method)
    if not begun or (answer is not None and last_word is None) or answer == b"":
        # asked for, in whatever words; or the server passed over the initial response
        yield from respond(session, parts)
        answer = yield from challenge(session)
    if answer is not None:
        if last_word is None:
            yield from cancel(session, method, "an unexpected challenge")
        yield from respond(session, (last_word,))
        yield from session.reply()
