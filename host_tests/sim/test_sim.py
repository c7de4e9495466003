"""`make sim` as people run it."""

import os
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest

from boards.commands import deploy
from boards.shared.payload import Sources
from boards.shared.steps import Steps
from boards.tools import lock
from boards.tools.paths import PRIVATE, ROOT
from boards.virtual.board import VirtualBoard
from host_tests.project.readme import RESULTS
from host_tests.servers.maildir import sample_mails, small_mails
from host_tests.servers.scripted import Scripted
from host_tests.sim import story

pytestmark = pytest.mark.xdist_group("sim")  # two simulations of one board would be in each other's way


def sim(**environment: str) -> subprocess.CompletedProcess:
    own = {
        key: value
        for key, value in os.environ.items()
        if key not in ("BOARD", "HOST", "USER", "PASSWORD", "CA") and not key.startswith("POP3_")
    }
    command = [sys.executable, "-m", "host_tests.sim"]
    return subprocess.run(
        command, cwd=ROOT, env=own | environment, capture_output=True, text=True, timeout=120, check=False
    )


def steps(text: str) -> list[str]:
    """What a transcript always says: the commands, what they tell about, and what happens."""
    lines = [line for line in text.splitlines() if re.match(r"[~$] |[a-zA-Z]+ {2,}", line)]
    return [re.sub(r"\d+", "0", line) if line[0] in "~$" else line.split()[0] for line in lines]


def test_the_simulation_delivers_every_mail_through_all_that_happens():
    done = sim()
    assert done.returncode == 0, done.stdout + done.stderr
    for happened in ("the Wi-Fi goes", "Wi-Fi home is not in reach", "all is well again", "the power was cut"):
        assert happened in done.stdout
    rows = re.findall(r"^/mail/(\d{8})-\w+\.(eml|cut) +[\d,]+  [0-9a-f]{12}  the same(.*)", done.stdout, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 17))
    for _, ending, cut in rows:
        assert cut.startswith(", a first part of ") == (ending == "cut")
    assert {cut for _, ending, cut in rows if ending == "cut"} == {
        f", a first part of {octets:,}" for octets in map(len, sample_mails()) if octets > story.QUICK["POP3_LIMIT"]
    }
    assert re.search(r"heap +[\d,]+ of 205,200 bytes at the peak", done.stdout)
    assert re.search(r"packets +1 of 2\n", done.stdout)
    assert steps(done.stdout) == steps((RESULTS / "sim.txt").read_text()), "`make readme` renews what the README shows"


def test_a_board_renews_its_tokens_by_itself():
    done = sim(OAUTH="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "$ make authorize" in done.stdout
    assert done.stdout.split("~ the token ends", 1)[1].count("the access token was renewed") >= 2
    assert len(re.findall(r"^/mail/\d{8}-.* the same", done.stdout, re.MULTILINE)) == 16
    assert "Error" not in done.stdout


def test_what_is_typed_at_a_mailbox_of_ones_own_arrives_on_a_virtual_board():
    path = ROOT / ".private/mailbox/settings.toml"
    command = [sys.executable, "-m", "host_tests.sim.open_mailbox"]
    environment = os.environ | {"WIFI": "attic:up there"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=-1, stdout=-1) as process:
        told = ""
        while "arrives as a mail" not in told:
            told += (line := process.stdout.readline().decode())
            assert line, told
        assert f"make deploy SETTINGS={path.relative_to(ROOT)}" in told
        with VirtualBoard("rpi_pico_w", ssid="attic", password="up there") as board:
            deploy.over_serial(board.port, None, Steps(out=lambda _: None), Sources(settings=path))
            assert board.wait_for(f"/mail/{len(sample_mails()):08}-".encode())
            process.stdin.write("Grüße\u2028vom\fDach \N{BELL}".encode() + b"\xff\n\n")
            process.stdin.flush()
            assert board.wait_for("You: Grüße vom Dach \N{BELL}\ufffd".encode())
        process.stdin.close()
        assert process.wait(10) == 0


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


@pytest.mark.parametrize("board", ["toaster", "tiny"])  # tiny is the tests' own
def test_an_unknown_board_is_told_in_a_line(board: str):
    done = sim(BOARD=board)
    assert done.returncode == 1
    assert re.fullmatch(rf"sim: no board {board}; there are: .*rpi_pico_w.*\n", done.stderr)


def test_a_root_of_ones_own_is_taken_and_what_stays_is_private(account: tuple[Scripted, dict[str, str]]):
    server, environment = account
    environment = {key: value for key, value in environment.items() if key != "SSL_CERT_FILE"}
    refused = sim(**environment)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1 and "CA=FILE" in refused.stderr
    done = sim(**environment, CA=str(server.ca_der))
    assert done.returncode == 0 and "3 mails, " in done.stdout, done.stderr
    for path in (PRIVATE / "sim" / "rpi_pico_w", PRIVATE / "flash" / "sim-rpi_pico_w.img", PRIVATE):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("password", ['a"b', "dom\\new", "x\\", "café # 1"])
def test_settings_from_the_environment_reach_the_board_as_they_are(password):
    with Scripted({"mrose": password}, small_mails(2), mechanisms=("PLAIN", "SCRAM-SHA-256")) as server:
        given = {"HOST": "localhost", "USER": "mrose", "PASSWORD": password}
        done = sim(**given, POP3_TLS="off", POP3_PORT=str(server.port))
        assert done.returncode == 0 and "2 mails, " in done.stdout, done.stderr
        assert not [line for line in server.received if line.startswith((b"PASS", b"AUTH PLAIN"))]


def test_a_password_with_a_line_end_is_refused_and_is_no_setting(account: tuple[Scripted, dict[str, str]]):
    _, environment = account
    done = sim(**environment | {"PASSWORD": 'x"\nPOP3_DELETE = 1\n#'})
    assert done.returncode == 1 and "must be text" in done.stderr and done.stderr.count("\n") == 1
    assert "POP3_DELETE" not in tomllib.loads((PRIVATE / "sim" / "rpi_pico_w" / "settings.toml").read_text())


def test_two_at_once_keep_apart_and_two_of_one_board_are_refused(account: tuple[Scripted, dict[str, str]]):
    _, environment = account
    with ThreadPoolExecutor() as pool, Scripted({"bob": "bob's"}, small_mails(2)) as other:
        bobs = {"HOST": "localhost", "USER": "bob", "PASSWORD": "bob's", "CA": str(other.ca_pem)}
        bobs |= {"POP3_PORT": str(other.tls_port), "BOARD": "esp32_generic"}
        runs = [pool.submit(sim, **each) for each in (environment, bobs)]
        assert [re.findall(r"^(\d) mails, ", run.result().stdout, re.MULTILINE) for run in runs] == [["3"], ["2"]]
    with lock.alone(PRIVATE / "sim" / "rpi_pico_w" / ".lock") as free:
        assert free
        refused = sim(**environment)
    assert refused.stderr == "sim: a simulation of rpi_pico_w is running already: wait for its end, or BOARD=another\n"
