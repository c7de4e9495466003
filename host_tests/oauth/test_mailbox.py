"""The watcher's mailbox with a token that renews itself: when it is renewed, what is said when it cannot be."""

import time
import types
from collections.abc import Iterator
from pathlib import Path

import micropop
import pytest
from micropop.store import Store
from watcher import start
from watcher.diagnosis import diagnose
from watcher.mailbox import Mailbox
from watcher.settings import checked
from watcher.token import access_token
from watcher.trouble import LOGIN, SERVER, Trouble

from host_tests.firmware import settings
from host_tests.oauth.provider import CLIENT, USER, Provider
from host_tests.oauth.running import seeded
from host_tests.servers.certificates import Certificates
from host_tests.servers.scripted import Scripted


@pytest.fixture
def provider(certificates: Certificates, server: Scripted) -> Iterator[Provider]:
    """Its newest access token is the one that the mail server takes."""

    def issue(user: str, seconds: int) -> str:
        server.tokens[user] = f"access-token-number-{len(issued)}"
        issued.append(server.tokens[user])
        return server.tokens[user]

    issued: list[str] = []
    with Provider(certificates, issue=issue) as running:
        yield running


class Dog:
    """A watchdog that tells when it is paused."""

    def __init__(self):
        self.paused, self.pauses = False, 0

    def pause(self) -> None:
        self.paused = True
        self.pauses += 1

    def resume(self) -> None:
        self.paused = False


class Board:
    """What a mailbox needs of the watch."""

    def __init__(self, folder: Path, server: Scripted, provider: Provider, **changes: str | int):
        given = settings(
            server,
            POP3_PASSWORD="",
            POP3_OAUTH=provider.address(),
            POP3_CLIENT_ID=CLIENT,
            POP3_TOKEN_FILE=str(seeded(folder, provider)),
            POP3_TOKEN_CA=str(provider.ca_der),
            POP3_FOLDER=str(folder / "mail"),
            POP3_TIMEOUT=5,
        )
        self.settings = checked(given | changes)
        self.said: list[str] = []
        self.log = self.said.append
        self.dog = Dog()
        self.fed = self.logged = self.since = self.caught_up = 0
        self.mailbox = Mailbox(self)
        self.mailbox.ca = str(server.ca_der)
        self._store = Store(str(folder / "mail"))

    def feed(self) -> None:
        self.fed += 1

    def look(self) -> None:
        try:
            self.mailbox.look(self._store)
        finally:
            assert not self.dog.paused
            assert self.mailbox.token is None
            assert self.mailbox.pool.free == self.mailbox.pool.total


@pytest.fixture
def board(tmp_path: Path, server: Scripted, provider: Provider) -> Board:
    return Board(tmp_path, server, provider)


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = time.time() + seconds
    clock = types.SimpleNamespace(time=lambda: now, localtime=lambda: time.localtime(now))
    monkeypatch.setattr("micropop.oauth.time", clock)
    monkeypatch.setattr("micropop.oauth.draft.time", clock, raising=False)


def logins(server: Scripted) -> int:
    return sum(line.startswith(b"AUTH ") for session in server.sessions for line in session.lines)


def test_a_look_gets_a_token_and_the_next_ones_use_it(board: Board, server: Scripted, provider: Provider):
    board.look()
    server.add(b"Subject: later\r\n\r\n")
    board.look()
    assert len(provider.renewals) == 1
    assert logins(server) == 2
    assert len(list(Path(board.settings["FOLDER"]).glob("*.eml"))) == 3
    assert board.dog.pauses == 4  # for the token and for the mail server, each time


def test_an_hour_later_it_is_renewed_before_the_login(
    board: Board, server: Scripted, provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    board.look()
    server.tokens[USER] = "something else"  # the old one has ended
    pass_time(monkeypatch, 3600)
    board.look()
    assert len(provider.renewals) == 2
    assert logins(server) == 2  # none was refused


def test_a_token_that_is_refused_early_is_renewed_at_once(board: Board, server: Scripted, provider: Provider):
    board.look()
    server.tokens[USER] = "something else"
    board.look()
    assert len(provider.renewals) == 2
    assert logins(server) == 3
    assert len(server.sessions) == 3
    board.look()
    assert len(provider.renewals) == 2


def test_a_mailbox_that_refuses_each_token_is_not_pestered(board: Board, server: Scripted, provider: Provider):
    provider.issue = lambda user, seconds: "of another mailbox"
    with pytest.raises(micropop.AuthenticationError) as caught:
        board.look()
    assert len(provider.renewals) == 2
    assert logins(server) == 2
    blinks, seconds, text = diagnose(caught.value)
    assert (blinks, seconds) == (LOGIN, 3600)
    assert "of another mailbox" not in text
    with pytest.raises(micropop.AuthenticationError):
        board.look()
    assert len(provider.renewals) == 3  # one more, an hour later
    provider.issue = lambda user, seconds: server.tokens[user]
    board.look()


def test_a_permission_that_was_taken_back_is_the_login_s_trouble(board: Board, server: Scripted, provider: Provider):
    provider.revoke()
    with pytest.raises(micropop.AuthenticationError) as caught:
        board.look()
    assert not server.sessions
    blinks, seconds, text = diagnose(caught.value)
    assert (blinks, seconds) == (LOGIN, 3600)
    assert "make authorize" in text


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", 120),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nnothing", 0),
        (b"", 0),
    ],
)
def test_a_provider_that_is_out_of_order_is_the_server_s_trouble(
    board: Board, server: Scripted, provider: Provider, answer: bytes, seconds: int
):
    provider.knobs.answer = answer
    with pytest.raises(micropop.Error) as caught:
        board.look()
    assert diagnose(caught.value)[:2] == (SERVER, seconds)
    provider.knobs.answer = None
    board.look()
    assert logins(server) == 1


def test_a_provider_that_nobody_vouches_for_gets_no_token(board: Board, server: Scripted, provider: Provider):
    provider.certificate = provider.made.unknown_root
    with pytest.raises(micropop.TLSError):
        board.look()
    assert not provider.requests and not server.sessions


def test_the_board_is_fed_while_the_provider_takes_its_time(board: Board, provider: Provider):
    provider.knobs.piece, provider.knobs.pause = 300, 0.05
    access_token(board.mailbox, False)
    board.mailbox.token = None
    assert board.fed > 3


def test_in_clear_the_token_is_not_sent(tmp_path: Path, server: Scripted, provider: Provider):
    board = Board(tmp_path, server, provider, POP3_TLS="off", POP3_PORT=server.port)
    with pytest.raises(micropop.CleartextRefused):
        board.look()
    assert not any(b"access-token" in line for line in server.received)


def test_what_is_missing_is_named_at_the_start(board: Board, monkeypatch: pytest.MonkeyPatch):
    for micropython in (False, True):
        monkeypatch.setattr(start, "_MICROPYTHON", micropython)
        assert start.check_token(board.settings) == board.settings["TOKEN_CA"]
    for key in ("TOKEN_CA", "TOKEN_FILE"):
        board.settings[key] = "/nowhere/" + key
        with pytest.raises(Trouble, match=f"/nowhere/{key}.*make authorize"):
            start.check_token(board.settings)


def test_a_firmware_with_roots_of_its_own_needs_none(board: Board, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(start, "_MICROPYTHON", False)
    board.settings["TOKEN_CA"] = "/nowhere/token.der"
    assert start.check_token(board.settings) is None
    assert board.settings["TOKEN_CA"] is None
    assert start.check_token(board.settings | {"OAUTH": ""}) is None
