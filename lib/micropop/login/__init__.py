"""Logging in, without I/O: by USER and PASS or APOP (``password.py``), or by a method of choice (``choice.py``)."""


def login(session, secure, user, password, token, method, cleartext, authzid):
    """The operation behind ``Client.login()``, which describes its parameters and errors.

    :param bool secure: nobody between can read what is sent
    """
    from .password import octets

    session.need("AUTHORIZATION")
    name = octets(user)
    secret = octets(password if token is None else token)
    session.secret = password if token is None else token  # from here on no error shows it
    session.login = True
    try:
        for _ in steps(session, name, secret, token is not None, method, cleartext or secure, authzid):
            if session.out is None and session.inbox is not None:
                session.inbox.secret = True  # the reply that comes may repeat what is secret: wipe it in the end
            yield
    finally:
        session.login = False
    session.refusal = None
    session.state = "TRANSACTION"
    session.user = user
    session.caps = None


def steps(session, user, secret, token, method, allowed, authzid):
    """The login itself."""
    if token or authzid is not None or method not in ("APOP", "USER"):
        from .choice import choose

        method = yield from choose(session, user, secret, token, method, allowed, authzid)
    else:
        from .password import apop, user_pass

        if method == "APOP":
            yield from apop(session, user, secret)
        else:
            yield from user_pass(session, user, secret, allowed)
    session.method = method
