"""firmware/examples/netx_sample.py: NetX's sample session, on a 32-bit MicroPython, with the dialogues of RFC 1939."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from host_tests import firmware
from host_tests.examples.running import command, lay
from host_tests.servers.dialogue import Dialogue
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import sample_mails, small_mails
from host_tests.servers.scripted import Fault, Scripted

STAMP = "<1896.697170952@dbc.mtview.ca.us>"
DIGEST = b"c4c9334bac560ecc979e58001b3e22fb"  # of the stamp and "tanstaaf" (RFC 1939 section 7)
SECONDS = 60


def greet(dialogue: Dialogue, _: str) -> bytes:
    """The greeting of RFC 1939's example."""
    dialogue.timestamp = STAMP
    return f"+OK POP3 server ready {STAMP}\r\n".encode()


def sample(folder: Path, server: Any, **changes: str | int) -> list[str]:
    """What the sample prints.

    :param folder: for the flash
    :param changes: of the settings; unless told, in clear with the password allowed to be seen
    """
    clear = {"POP3_HOST": server.host, "POP3_PORT": server.port, "POP3_TLS": "off", "POP3_CLEARTEXT": 1}
    settings = firmware.settings(server, **clear | changes)
    flash = {"/settings.toml": firmware.toml(settings), "/ca.der": server.ca_der.read_bytes()}
    lay(folder, firmware.programs() | flash)
    program = command(folder, "/netx_sample.py")
    done = subprocess.run(program, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def shown(lines: list[str]) -> list[bytes]:
    """The items that the sample showed, put together of their packets."""
    items: dict[int, bytes] = {}
    for line in lines:
        match = re.match(r"Received (\d+) bytes of data for item (\d+): (b['\"].*)$", line)
        if match:
            data = eval(match[3])  # a bytes literal of the program under test
            assert len(data) == int(match[1])
            items[int(match[2])] = items.get(int(match[2]), b"") + data
    return list(items.values())


# -- RFC 1939's dialogues


@pytest.mark.parametrize(
    ("method", "login"),
    [("APOP", [b"APOP mrose " + DIGEST]), ("USER", [b"USER mrose", b"PASS tanstaaf"])],
)
def test_the_dialogue_of_rfc_1939(tmp_path: Path, method: str, login: list[bytes]):
    mails = small_mails(2)
    with Scripted(mails=mails, replies={"": greet}) as server:
        lines = sample(tmp_path, server, POP3_METHOD=method)
        items = [b"LIST 1", b"RETR 1", b"DELE 1", b"LIST 2", b"RETR 2", b"DELE 2"]
        assert server.received == [*login, b"STAT", *items, b"QUIT"]
        assert server.mails("mrose") == []
    assert lines[0] == f"Got 2 mail items, total size {sum(map(len, mails))}"
    assert shown(lines) == mails
    assert lines[-1] == "Disconnected, 4 of 4 packets are free"


def test_a_refused_apop_goes_on_in_clear_where_the_settings_allow_it(tmp_path: Path):
    with Scripted(mails=small_mails(1), replies={"": greet, "APOP": b"-ERR permission denied\r\n"}) as server:
        lines = sample(tmp_path, server, POP3_METHOD="APOP")
        assert server.received[:3] == [b"APOP mrose " + DIGEST, b"USER mrose", b"PASS tanstaaf"]
        assert len(shown(lines)) == 1
        lines = sample(tmp_path, server, POP3_METHOD="APOP", POP3_CLEARTEXT=0)
        assert len(lines) == 1 and lines[0].startswith("nx_pop3_client_create: status 0xB3, permission denied")
        assert server.sessions[-1].lines == [b"APOP mrose " + DIGEST]


# -- real servers


@pytest.mark.servers("dovecot")
@pytest.mark.parametrize("method", ["APOP", "USER"])
@pytest.mark.parametrize("tls", ["off", "tls", "stls"])
def test_dovecot_hands_over_every_mail(tmp_path: Path, method: str, tls: str):
    mails = [mail for mail in sample_mails() if len(mail) < 20_000]
    with Dovecot(mails=mails) as server:
        expected = server.mails("mrose")
        how = {"off": {}, "tls": {"POP3_PORT": server.tls_port}, "stls": {}}[tls]
        host = server.host if tls == "off" else "localhost"
        clear = int(tls == "off")
        lines = sample(tmp_path, server, POP3_METHOD=method, POP3_TLS=tls, POP3_HOST=host, POP3_CLEARTEXT=clear, **how)
        assert shown(lines) == expected
        assert server.mails("mrose") == []
    assert lines[-1] == "Disconnected, 4 of 4 packets are free"


# -- what goes wrong


def test_a_mail_that_breaks_off_is_not_deleted(tmp_path: Path):
    with Scripted(mails=small_mails(2, 5000), replies={"": greet}, fault=Fault(8000, "close")) as server:
        lines = sample(tmp_path, server, POP3_METHOD="APOP")
        assert server.received[-1] == b"RETR 2"
        assert b"DELE 2" not in server.received
        assert len(server.mails("mrose")) == 2  # nothing is deleted without QUIT
    assert any(line.startswith("nx_pop3_client_mail_item_message_get: status 0x38, ") for line in lines)
    assert lines[-1] == "Disconnected, 4 of 4 packets are free"


def test_a_wrong_password_is_told(tmp_path: Path):
    with Scripted(mails=small_mails(1)) as server:
        lines = sample(tmp_path, server, POP3_PASSWORD="wrong")
    assert len(lines) == 1
    assert lines[0].startswith("nx_pop3_client_create: status 0xB3, ")
