"""One look into the mailbox: log in, store what is new, log out. Between the steps memory is had back."""

from micropop.memory import forgetting


def look(mailbox, store):
    """See ``Mailbox.look()``."""
    if mailbox.watch.settings["OAUTH"]:
        mailbox.get_token()  # before the code of the login takes its memory
    with forgetting(), forgetting("watcher"):
        from . import login

        client = login.enter(mailbox)
        options = login.options(mailbox.watch.settings)
        login = None
    with client:
        mailbox.step()
        poll = store.poll(**options)
        try:
            fetch(mailbox, client, poll)
        finally:
            poll.close()
            leave(mailbox, client, store.refused)


def fetch(mailbox, client, poll):
    # every new mail
    with forgetting():
        poll.open()
    mailbox.step()
    with forgetting():
        poll.look(client)
    mailbox.step()
    with forgetting():
        for _ in poll.mails():
            mailbox.step()
    with forgetting():
        poll.finish()


def leave(mailbox, client, refused):
    with forgetting(), forgetting("watcher"):
        from .login import leave

        leave(mailbox, client, refused)
