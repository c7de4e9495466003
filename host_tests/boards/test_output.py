"""What the commands for boards print does nothing to a terminal, whoever its words are from."""

from pathlib import Path

import pytest

from boards.commands.console import logs_of_drive
from boards.shared.printable import printable
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

HOSTILE = "\x1b]0;owned\x07 \x1b[2J \x9b31m \u202egnp.exe \r\x08"


def harmless(text: str) -> bool:
    return all(letter.isprintable() or letter in "\t\n" for letter in text)


def test_text_stays_as_it_is():
    assert printable("Grüße\tаз 漢 …\n") == "Grüße\tаз 漢 …\n"


def test_what_commands_print_is_harmless(tmp_path: Path):
    said: list[str] = []
    Steps(out=said.append).out(HOSTILE)
    Steps(dry_run=True, out=said.append).do(f"copy {HOSTILE}", print)
    (tmp_path / "log.txt").write_text(f"on_mail.py failed\nValueError: {HOSTILE}\n")
    logs_of_drive(tmp_path, Steps(out=said.append))
    assert len(said) >= 4 and all(map(harmless, said))


def test_why_a_command_was_refused_is_harmless():
    with pytest.raises(Refusal) as caught:
        raise Refusal(f"CN={HOSTILE} signed it")
    assert harmless(str(caught.value)) and "signed it" in str(caught.value)
