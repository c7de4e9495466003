"""What the commands for boards print does nothing to a terminal, whoever its words are from."""

from pathlib import Path

import pytest

from boards.commands.console import logs_of_drive
from boards.commands.deploy import _tell_left
from boards.shared import remote
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


def test_what_is_to_be_copied_into_a_shell_has_no_name_that_is_more():
    said: list[str] = []
    _tell_left(["plain-1.py", "x'; reboot #.py", "$(reboot).py", "`reboot`.py", "a b.py"], {}, Steps(out=said.append))
    assert [line for line in said if "make mpremote" in line] == [
        "note: /plain-1.py is on the board and not here, and can be imported: `make mpremote ARGS='rm :plain-1.py'`"
        " removes it"
    ]
    assert len(said) == 5


@pytest.mark.parametrize("text", [b"\xff", b"a + b", b"('a', ", b"(" * 9999, b"\0", b"", f"'{HOSTILE}\n'".encode()])
@pytest.mark.parametrize("items", [True, False])
def test_a_board_that_answers_otherwise_is_refused(text, items):
    class Board:
        device_name = "/dev/ttyACM0"

        def exec(self, code: str) -> bytes:
            return text

    if items and not text:
        assert remote.told(Board(), "", items) == []
        return
    with pytest.raises(Refusal) as caught:
        remote.told(Board(), "", items)
    assert harmless(str(caught.value)) and "/dev/ttyACM0" in str(caught.value)
