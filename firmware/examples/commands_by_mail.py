"""Commands by mail: put it on the board beside the watcher as on_mail.py, with header.py.

A mail with the subject "SECRET lamp on" is obeyed. settings.toml has
    MY_SENDERS = "you@example.org, partner@example.org"
    MY_SECRET = "a long word, which nobody guesses, without spaces"
    MY_LAMP = 15

What From: is worth: nothing. It is a line of text that anybody can write, and no server has to check it. The list of
senders keeps strangers' mail from being looked at, no more; only the secret tells who may command. Whoever reads such a
mail on its way or in a mailbox knows the secret, and can send the mail again. Let nothing depend on it that would hurt.
"""

from header import fields
from watcher.pins import find
from watcher.settings import load


def on_mail(mail):
    """Obey the mail if its sender and its secret are right, and print what became of it."""
    settings = load()
    with open(mail.path, "rb") as file:
        found = fields(file, "from", "subject")
    secret, _, command = found["subject"].partition(" ")
    if address(found["from"]) not in [each.strip().lower() for each in settings.get("MY_SENDERS", "").split(",")]:
        print("refused: a stranger")
    elif not same(secret, settings.get("MY_SECRET", "")):
        print("refused: not the secret")
    else:
        print(obey(" ".join(command.lower().split()), settings))


def address(sender):
    """The address in a From: field, in small letters."""
    return sender.split("<")[-1].split(">")[0].strip().lower() or None


def same(given, secret):
    """Whether they are equal; always compared in full, so that the time it takes does not tell how much is right.

    Where no secret is set, nothing is equal to it.
    """
    given, secret = given.encode(), secret.encode()
    different = len(given) ^ len(secret)
    for place in range(len(secret)):
        different |= secret[place] ^ (given[place] if place < len(given) else 0)
    return bool(secret) and not different


def obey(command, settings):
    """Do what the command says. Returns what became of it."""
    if command not in ("lamp on", "lamp off"):
        return "refused: no such command"
    lamp = find(settings.get("MY_LAMP", "LED"), "")
    if lamp is None:
        return "refused: MY_LAMP names no lamp"
    lamp(int(command == "lamp on"))
    return "done: " + command
