"""`make sim` as people run it."""

import os
import re
import subprocess
import sys

import pytest

from boards.tools.paths import ROOT
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted


def sim(**environment: str) -> subprocess.CompletedProcess:
    own = {
        key: value for key, value in os.environ.items() if key not in ("BOARD", "HOST", "USER", "PASSWORD", "POP3_PORT")
    }
    command = [sys.executable, "-m", "host_tests.sim"]
    return subprocess.run(
        command, cwd=ROOT, env=own | environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_simulation_delivers_every_mail_through_all_that_happens():
    done = sim()
    assert done.returncode == 0, done.stdout + done.stderr
    for happened in ("the Wi-Fi goes", "Wi-Fi home is not in reach", "all is well again", "the power was cut"):
        assert happened in done.stdout
    rows = re.findall(r"^/mail/(\d{8})-\w+\.(eml|cut) +([\d,]+)  [0-9a-f]{12}  the same", done.stdout, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 17))
    assert [ending for _, ending, _ in rows].count("cut") == 1
    assert re.search(r"heap +[\d,]+ of 205,200 bytes at the peak", done.stdout)
    assert re.search(r"packets +1 of 2\n", done.stdout)


def test_a_board_renews_its_tokens_by_itself():
    done = sim(OAUTH="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "$ make authorize" in done.stdout
    assert done.stdout.split("~ the token ends", 1)[1].count("the access token was renewed") >= 2
    assert len(re.findall(r"^/mail/\d{8}-.* the same", done.stdout, re.MULTILINE)) == 16
    assert "Error" not in done.stdout


@pytest.fixture
def account():
    """A mailbox that looks like one in the world: this computer trusts its certificate."""
    with Scripted(mails=small_mails(3)) as server:
        yield (
            server,
            {"HOST": "localhost", "USER": "mrose", "PASSWORD": "tanstaaf", "POP3_PORT": str(server.tls_port)}
            | {"SSL_CERT_FILE": str(server.ca_pem)},
        )


def test_a_real_account_is_read_and_left_as_it_is(account: tuple[Scripted, dict[str, str]]):
    server, environment = account
    done = sim(**environment, BOARD="esp32_generic")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^/mail/\d{8}-.* whole$", done.stdout, re.MULTILINE)) == 3
    assert not any(line.startswith(b"DELE") for line in server.received)
    assert "tanstaaf" not in done.stdout + done.stderr


def test_a_wrong_password_is_told_in_a_line(account: tuple[Scripted, dict[str, str]]):
    _, environment = account
    done = sim(**environment | {"PASSWORD": "opensesame"})
    assert done.returncode == 1
    assert re.fullmatch(r"sim: login failed: .*\n", done.stderr)
    assert "opensesame" not in done.stdout + done.stderr


def test_an_unknown_board_is_told_in_a_line():
    done = sim(BOARD="toaster")
    assert done.returncode == 1
    assert re.fullmatch(r"sim: no board toaster; there are: .*rpi_pico_w.*\n", done.stderr)
