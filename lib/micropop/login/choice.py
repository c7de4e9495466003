"""The choice of a login method: the strongest that both sides have, or the one that the caller wants.

Strongest first: SCRAM-SHA-256, CRAM-MD5 and APOP never send the password; PLAIN, LOGIN and USER do, so they need an
encrypted connection or the caller's consent. OAUTHBEARER and XOAUTH2 send a token.
"""

from .password import octets, timestamp

_HIDING = ("SCRAM-SHA-256", "CRAM-MD5", "APOP")
_SENDING = ("PLAIN", "LOGIN", "USER")
_TOKEN = ("OAUTHBEARER", "XOAUTH2")


def choose(session, user, secret, token, method, allowed, authzid):
    """Log in with ``method``, or with the best that the server offers, and return which that was.

    :param bool token: ``secret`` is a token, not a password
    :param bool allowed: what gives the secret away may be sent
    A refused password is not tried again by every method, which would look like an attack: after one that does not send
    it, only one that does is tried, since a server that keeps hashes must refuse the former.
    """
    known = _TOKEN if token else _HIDING + _SENDING
    if authzid is None:
        authzid = b""
    else:
        authzid = octets(authzid)
        known = ("OAUTHBEARER",) if token else ("SCRAM-SHA-256", "PLAIN")  # the others have no place for it
    if method is None:
        methods = yield from offered(session, known, allowed)
    elif method not in known:
        from ..errors.problems import problem

        raise problem("method", method, ", ".join(known))
    else:
        methods = (method,)
    failure = refused = None
    for name in methods:
        if refused and name in _HIDING:
            continue
        try:
            yield from attempt(session, name, user, secret, allowed, authzid)
            return name
        except Exception as error:
            code = getattr(error, "code", None)
            if code == "LOGIN-DELAY" and session.caps:
                error.retry_after = session.caps.login_delay
            if session.due or code not in ("", "AUTH") or error.retry:
                raise  # not about name and password
            error.method = name
            failure = session.refusal = error  # where the server hangs up now, that is why
            error.fatal = True
            if not getattr(error, "unusable", False):
                if name not in _HIDING:
                    break
                refused = True
    failure.fatal = False
    raise failure


def offered(session, known, allowed):
    """Those of the methods in ``known`` that are worth trying. Raises CleartextRefused if none is left."""
    from ..session.capabilities import capabilities

    found = yield from capabilities(session)
    names = found.get("SASL", ())
    if "PIPELINING" in found:
        session.pipelining = True  # if not, it may still come with the login
    methods = []
    for method in known:
        if method == "APOP":
            usable = timestamp(session.greeting)
        else:
            usable = method in names or method == "USER"  # which works at servers that forget to list it
        if method not in _HIDING:
            usable = usable and allowed
        if usable:
            methods.append(method)
    if methods:
        return methods
    if allowed and known == _TOKEN:
        return ("XOAUTH2",)  # some servers do not list it
    from ..errors.problems import problem

    if allowed:
        raise problem("unusable", "acting for another mailbox", "the server offers no method that can")
    raise problem("cleartext")


def attempt(session, method, user, secret, allowed, authzid):
    """Log in with one method."""
    if not allowed and method not in _HIDING:
        from ..errors.problems import problem

        raise problem("cleartext")
    if method in ("USER", "APOP"):
        if max(user) > 126 or max(secret) > 126:
            from ..session.languages import utf8_if_known

            yield from utf8_if_known(session)
        from .password import apop, user_pass

        if method == "USER":
            yield from user_pass(session, user, secret, allowed)
        else:
            yield from apop(session, user, secret)
    elif method == "CRAM-MD5":
        from .challenges import cram_md5

        yield from cram_md5(session, user, secret)
    elif method == "SCRAM-SHA-256":
        from .challenges import scram_sha_256

        yield from scram_sha_256(session, user, secret, authzid)
    else:
        from .plain import authenticate

        yield from authenticate(session, method, user, secret, authzid)
