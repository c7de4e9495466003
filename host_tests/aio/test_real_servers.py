"""The asynchronous face against real servers, under CPython and under the 32-bit MicroPython."""

import hashlib
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from host_tests.servers.running import KeptServer
from host_tests.servers.scripted import Fault, Scripted
from host_tests.visits import INTERPRETERS, Outcome, Visit, job

PROGRAM = Path(__file__).with_name("program.py")
CLEAR = {"user": "mrose", "password": "tanstaaf", "cleartext": True}

both = pytest.mark.parametrize("interpreter", INTERPRETERS)


def visit(interpreter: str, server: KeptServer | Scripted, *clients: list, **options) -> Outcome:
    """Sessions, all at once: for each client a list of its steps."""
    return Visit(interpreter, job(server, *clients, **options), PROGRAM).outcome()


def digest(mail: bytes) -> list:
    return [len(mail), hashlib.sha256(mail).hexdigest()]


@both
@pytest.mark.parametrize("tls", [False, True, "stls"])
def test_a_session(interpreter, tls, dovecot):
    mails = dovecot.mails("mrose")
    steps = [["stat"], ["list"], ["uidl"], ["check"]]
    steps += [["retrieve", number] for number in range(1, len(mails) + 1)]
    steps += [["retrieve_many", list(range(1, len(mails) + 1))], ["top", 1, 0], ["noop"], ["quit"]]
    out = visit(interpreter, dovecot, steps, tls=tls, login=CLEAR)
    assert out.error is None
    found, ticks = out.steps
    assert found[0][0] == len(mails) == len(found[1]) == len(found[2])
    assert found[3][2] == found[2]
    assert found[4 : 4 + len(mails)] == [digest(mail) for mail in mails]
    assert found[4 + len(mails)] == [[n + 1, digest(mail)] for n, mail in enumerate(mails)]
    assert out.method == "SCRAM-SHA-256" and out.pool_whole and out.state == "CLOSED"
    assert ticks > 10


@both
@pytest.mark.parametrize("tls", [False, True])
def test_two_clients_on_one_pool(interpreter, tls, dovecot):
    mails = dovecot.mails("mrose")
    steps = [["retrieve", number] for number in range(1, len(mails) + 1)] + [["quit"]]
    out = visit(interpreter, dovecot, steps, steps[::-1][1:], tls=tls, login=CLEAR, packets=2)
    assert out.error is None and out.pool_whole
    assert out.steps[0][:-1] == [digest(mail) for mail in mails]
    assert out.steps[1] == [digest(mail) for mail in mails][::-1]


@both
@pytest.mark.parametrize("tls", [True, "stls"])
def test_another_servers_root_is_refused(interpreter, tls, dovecot, certificates):
    wanted = job(dovecot, [["stat"]], tls=tls, login=CLEAR)
    wanted["ca"] = str(certificates.ca_der)
    out = Visit(interpreter, wanted, PROGRAM).outcome()
    assert out.error["kind"] == "TLSError" and "ca=" in out.error["text"] and out.pool_whole


@both
def test_nobody_is_there(interpreter):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    nobody = SimpleNamespace(host="127.0.0.1", port=port)
    out = visit(interpreter, nobody, [["stat"]])
    assert out.error["kind"] == "ConnectionLost" and str(port) in out.error["text"] and out.pool_whole


# --- a server that falls silent behind its greeting


@both
def test_wait_for_gives_up(interpreter, silent):
    out = visit(interpreter, silent, [["impatient"]])
    assert (out.error, out.steps[0]) == (None, ["CLOSED"]) and out.pool_whole


@both
def test_another_task_closes_the_client(interpreter, silent):
    out = visit(interpreter, silent, [["closed"]])
    assert out.error is None and out.pool_whole
    assert out.steps[0][0][0] == "CLOSED" and "is closed" in out.steps[0][0][1]


@both
def test_the_time_out_of_a_reply(interpreter, silent):
    out = visit(interpreter, silent, [["capabilities"]], timeout=0.2)
    assert out.error["kind"] == "Timeout" and out.state == "CLOSED" and out.pool_whole


@pytest.fixture
def silent():
    with Scripted(apop=False, replies={"": b"+OK ready\r\n"}, fault=Fault(len(b"+OK ready\r\n"), "silence")) as server:
        yield server
