"""The access token for a login (OAuth 2), renewed when it is about to end, or was refused."""

from micropop.oauth import Token


def access_token(mailbox, refused):
    """The token that the settings ask for. Raises micropop's errors.

    :param Mailbox mailbox: has the pool that a renewal goes through, and the watch with the settings
    :param bool refused: whether the mail server did not take the last one
    """
    watch = mailbox.watch
    settings = watch.settings
    token = Token(
        settings["TOKEN_FILE"],
        settings["OAUTH"],
        settings["CLIENT_ID"],
        settings["CLIENT_SECRET"] or None,
        scope=settings["SCOPE"] or None,
        pool=mailbox.pool,
        ssl_context=mailbox.context,
        ca=settings["TOKEN_CA"],
        timeout=settings["TIMEOUT"],
    )
    if watch.dog:
        watch.dog.pause()
    try:
        if refused:
            token.renew(watch.feed)
        found = token.get(watch.feed, stale=True)  # where the clock cannot tell whether it ended, the mail server does
    finally:
        if watch.dog:
            watch.dog.resume()
    if token.renewed:
        print("the access token was renewed")
    return found
