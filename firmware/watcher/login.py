"""Getting into the mailbox, and out of it."""

import os

import micropop

TLS = {"tls": True, "stls": "stls", "off": False}
_LONGEST = 86400  # seconds that the server may want between two logins


def enter(mailbox):
    """A Client, logged in. Raises micropop's errors."""
    while True:
        if mailbox.watch.settings["OAUTH"] and not mailbox.token:
            mailbox.get_token()
        client = connect(mailbox)
        try:
            mailbox.step()
            login(mailbox, client)
            mailbox.refused = False
            return client
        except BaseException as error:
            client.close()
            # by its name, which loads nothing
            if not mailbox.token or mailbox.refused or type(error).__name__ != "AuthenticationError":
                raise
            mailbox.refused = True  # whatever the clock says of the token: a new one is tried, once
        finally:
            mailbox.token = None


def connect(mailbox):
    """A Client, not logged in. Raises micropop's errors."""
    watch = mailbox.watch
    settings = watch.settings
    dog = watch.dog
    if dog:
        dog.pause()
    try:
        return micropop.connect(
            settings["HOST"],
            settings["PORT"] or None,
            pool=mailbox.pool,
            tls=TLS[settings["TLS"]],
            ssl_context=mailbox.context,
            ca=mailbox.ca,
            timeout=settings["TIMEOUT"],
            radio=getattr(watch, "radio", None),
            idle=watch.feed,
        )
    finally:
        if dog:
            dog.resume()


def login(mailbox, client):
    """Log in. The method that worked last time is tried first, which spares the question what the server has."""
    settings = mailbox.watch.settings
    client.pipelining = mailbox.pipelining
    method, mailbox.method = mailbox.method, None
    chosen = settings["METHOD"]
    try:
        log_in(mailbox, client, method or chosen)
    except Exception as error:
        if mailbox.token or type(error).__name__ != "AuthenticationError":  # by its name, which loads nothing
            raise
        if error.fatal:  # the server hung up on a digest: what sends the password has its turn in the next session
            if not chosen and (settings["TLS"] != "off" or settings["CLEARTEXT"]):
                mailbox.method = "USER"
            raise
        if not method:
            raise
        log_in(mailbox, client, chosen)
    mailbox.worked = True
    mailbox.method = client.method
    mailbox.pipelining = client.pipelining
    if not mailbox.asked:
        mailbox.asked = True  # a server that hangs up at the question is asked but once ...
        if not (chosen and settings["SLEEP"]):  # ... if the board does not forget that in its sleep
            mailbox.login_delay = min(client.capabilities().login_delay or 0, _LONGEST)


def log_in(mailbox, client, method):
    """Log in with this method, or the best if it is ``""``. Raises micropop's errors."""
    settings = mailbox.watch.settings
    client.login(
        settings["USER"],
        settings["PASSWORD"] or None,
        token=mailbox.token or settings["TOKEN"] or None,
        method=method or None,
        cleartext=bool(settings["CLEARTEXT"]),
    )


def options(settings):
    """What the settings say of which mails are wanted, for ``Store.poll()``."""
    limit = settings["LIMIT"]
    if hasattr(os, "statvfs"):
        found = os.statvfs(settings["FOLDER"])
        limit = min(limit, found[1] * found[2] // 4)
    # no mail is fetched that would be removed at once
    return {
        "delete": settings["DELETE"],
        "limit": limit,
        "newest": settings["KEEP"] or None,
        "days": settings["DELETE_AFTER"],
    }


def leave(mailbox, client, refused):
    """Log out. What is stored is recorded, and so is what was to be deleted: should the server not do it, the next look
    sees to it.

    :param refused: why a mail could not be had, or None
    """
    log = mailbox.watch.log
    if refused:
        log("a mail was passed over: %s" % refused)
    if client.state != "CLOSED":
        try:
            client.quit()
        except Exception as error:
            if not hasattr(error, "retry"):
                raise
            log("the server did not say good bye: %s" % error)
