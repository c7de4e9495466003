"""Commands by mail: a mail with the subject "12345678 lamp on" is obeyed if the code is the next one, and only once.

``make deploy EXAMPLE=commands_by_mail`` puts it on the board as on_mail.py, with one_time_codes.py, which prints the
codes on your computer. settings.toml has
    MY_SENDERS = "you@example.org, partner@example.org"
    MY_SECRET = "long, and guessed by nobody"
    MY_LAMP = 15

What From: is worth: nothing. It is a line of text that anybody can write: the list keeps strangers' mail out, no more.
The code shows who commands; a mail that somebody recorded is refused. But who holds a mail back can send it later, or
change its command: let nothing depend on it that would hurt. A command may get lost if the power goes, and never comes
twice.
"""

from one_time_codes import accept
from watcher.pins import find
from watcher.settings import load

COMMANDS = {"lamp on": 1, "lamp off": 0}


def on_mail(mail):
    """Obey the mail if its sender, its command and its code are right, and print what became of it."""
    settings = load()
    with mail.open() as it:
        code, _, command = it.subject.partition(" ")
        command = " ".join(command.lower().split())
        senders = settings.get("MY_SENDERS", "").lower().replace(",", " ").split()
        lamp = find(settings.get("MY_LAMP", "LED"), "")
        if it.address.lower() not in senders:
            print("refused: a stranger")
        elif command not in COMMANDS:
            print("refused: no such command")
        elif lamp is None:
            print("refused: MY_LAMP names no lamp")
        elif not accept(code, settings.get("MY_SECRET", "")):
            print("refused: not the next code")
        else:
            lamp(COMMANDS[command])
            print("done: " + command)
