"""Tokens that renew themselves on CircuitPython, strictly: the watcher from power on, and how deep it calls."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.shared import payload
from boards.shared.payload import Sources
from boards.tools import bundle
from host_tests.circuitpython import pystack
from host_tests.circuitpython.device import Device, Network
from host_tests.circuitpython.strict import forgive
from host_tests.firmware import settings, toml
from host_tests.oauth.provider import CLIENT, USER, Provider
from host_tests.servers.certificates import Certificates
from host_tests.servers.scripted import Scripted


@pytest.fixture(autouse=True)
def nothing_that_boards_lack() -> Iterator[None]:
    forgive()
    yield
    assert forgive() == []


@pytest.fixture
def provider(certificates: Certificates, server: Scripted) -> Iterator[Provider]:
    def issue(user: str, seconds: int) -> str:
        server.tokens[user] = f"token-{len(it.access_tokens)}-" + "x" * 2000
        return server.tokens[user]

    with Provider(certificates, issue=issue) as it:
        yield it


def device(folder: Path, server: Scripted, provider: Provider, pressed: tuple[str, ...] = (), **changes: str) -> Device:
    """A board as `make authorize` and `make deploy` leave it, which sleeps after each look."""
    for name, path in payload.entries("circuitpython", Sources()).items():
        if name.endswith(".py"):
            shutil.copy(path, folder / name)
    oauth = {"POP3_OAUTH": provider.address(), "POP3_CLIENT_ID": CLIENT, "POP3_PASSWORD": ""}
    given = settings(server, POP3_SLEEP=1, POP3_INTERVAL=600, **oauth | changes)
    (folder / "settings.toml").write_bytes(toml(given))
    (folder / "token.txt").write_text(provider.grant(USER))
    shutil.copy(server.ca_der, folder / "ca.der")
    shutil.copy(server.ca_der, folder / "token.der")
    library = payload.modules("circuitpython", Sources(), everything=True) | bundle.fetch()
    board = Device(folder, library, Network({"home": ""}), pressed)
    board.run("/boot.py")
    board.woken = True  # not by power, so it need not stay awake for a cable
    return board


def look(board: Device) -> None:
    """Let it look for mail once."""
    assert board.run("/code.py").why == "deep sleep"
    assert not board.sockets
    assert all(file.closed for file in board.opened)


def mails(board: Device) -> int:
    return len(list((board.drive / "mail").rglob("*.eml")))


def test_a_look_gets_a_token_and_the_next_uses_it(tmp_path: Path, server: Scripted, provider: Provider):
    board = device(tmp_path, server, provider)
    look(board)
    look(board)
    assert mails(board) == 2
    assert len(provider.renewals) == 1
    server.tokens[USER] = "something else"  # an hour later
    look(board)
    assert len(provider.renewals) == 2
    look(board)
    assert len(provider.renewals) == 2
    sent = [request.form["refresh_token"] for request in provider.renewals]
    assert len(set(sent)) == 2


PROGRAM = """
from micropop import oauth

token = oauth.Token("/token.txt", {address!r}, {client!r}, ca="/token.der")
first = token.get()
assert token.get() == first
token.renew()
assert token.fresh and token.get() != first
"""


@pytest.mark.parametrize("pressed", [(), ("GP15",)], ids=["", "drive is the computer's"])
def test_a_program_of_one_s_own(tmp_path: Path, server: Scripted, provider: Provider, pressed: tuple[str, ...]):
    board = device(tmp_path, server, provider)
    board.pressed, board.woken = set(pressed), False
    board.run("/boot.py")
    assert board.writable is not bool(pressed)
    (tmp_path / "code.py").write_text(PROGRAM.format(address=provider.address(), client=CLIENT))
    assert board.run("/code.py") is None
    assert len(provider.renewals) == 2
    assert len(list(tmp_path.glob("token.txt.?"))) == (0 if pressed else 2)
    assert not board.sockets
    assert all(file.closed for file in board.opened)


@pytest.mark.parametrize(
    "knobs",
    [{}, {"framing": "chunked"}, {"answer": b'HTTP/1.1 400 No\r\n\r\n{"error": "invalid_grant"}'}, {"cut": 100}],
    ids=["renewed", "chunked", "refused", "cut"],
)
def test_python_s_stack_is_not_exhausted(tmp_path: Path, server: Scripted, provider: Provider, knobs: dict):
    for name, value in knobs.items():
        setattr(provider.knobs, name, value)
    board = device(tmp_path, server, provider)
    with pystack.Meter([*board.library.values(), tmp_path / "code.py"]) as meter:
        look(board)
    print(meter.most, meter.chain)
    assert 500 < meter.most <= pystack.SIZE - 256, meter.chain


def test_a_provider_that_nobody_vouches_for_gets_no_token(tmp_path: Path, server: Scripted, provider: Provider):
    provider.certificate = provider.made.unknown_root
    board = device(tmp_path, server, provider)
    look(board)
    assert not provider.requests
    assert "TLSError" in (tmp_path / "log.txt").read_text()
