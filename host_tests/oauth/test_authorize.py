"""`make authorize`: the user agrees, on a device or in the browser, and what the board needs is beside the settings."""

import base64
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from boards.commands import authorize, check, deploy
from boards.commands import settings as making
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.virtual.board import VirtualBoard
from host_tests.firmware import settings, toml
from host_tests.oauth.provider import CLIENT, USER, Provider
from host_tests.servers.certificates import Certificates
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted


@pytest.fixture
def provider(certificates: Certificates, server: Scripted) -> Iterator[Provider]:
    def issue(user: str, seconds: int) -> str:
        server.tokens[user] = base64.b64encode(bytes([len(it.access_tokens)]) * 300).decode()
        return server.tokens[user]

    with Provider(certificates, issue=issue) as it:
        yield it


def written(folder: Path, server: object, provider: Provider, **changes: str | int) -> Path:
    """settings.toml for a mailbox without a password."""
    path = folder / "settings.toml"
    oauth = {"POP3_OAUTH": provider.address(), "POP3_CLIENT_ID": CLIENT, "POP3_PASSWORD": "", "POP3_TIMEOUT": 5}
    path.write_bytes(toml(settings(server, **oauth | changes)))
    return path


@pytest.fixture
def device(tmp_path: Path, server: Scripted, provider: Provider) -> Path:
    """Settings for a provider that lets devices ask."""
    return written(tmp_path, server, provider, POP3_OAUTH_DEVICE=provider.address("device"))


@pytest.fixture
def browser(tmp_path: Path, server: Scripted, provider: Provider) -> Path:
    """Settings for one that browsers are sent to."""
    return written(tmp_path, server, provider, POP3_OAUTH_AUTHORIZE=provider.address("authorize"))


class User:
    """Who sits at the computer.

    :param agrees: after so many questions of the computer's; None: never
    """

    def __init__(self, provider: Provider, agrees: int | None = 2, denied: bool = False):
        self.provider, self.agrees, self.denied = provider, agrees, denied
        self.said: list[str] = []
        self.slept: list[float] = []
        self.pages: list[str] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self.agrees:
            (device,) = self.provider.devices.values()
            device.user, device.denied = USER, self.denied

    def open(self, address: str) -> None:
        """Open the browser at an address."""
        threading.Thread(target=self.browse, args=(address,), daemon=True).start()

    def browse(self, address: str) -> None:
        returning = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        self.pages.append(requests.get(returning + "?code=stolen&state=somebody's").text)
        self.pages.append(requests.get(returning + "favicon.ico").text)
        if self.denied:
            state = parse_qs(urlsplit(address).query)["state"][0]
            self.pages.append(requests.get(returning, params={"error": "access_denied", "state": state}).text)
        else:
            sent = requests.get(address, allow_redirects=False, verify=str(self.provider.ca_pem))
            self.pages.append(requests.get(sent.headers["Location"]).text)

    def authorizes(self, path: Path, dry_run: bool = False, ca: Path | None = None) -> str:
        """`make authorize`; returns all that it said, in which no secret may be."""
        steps = Steps(dry_run, self.said.append)
        authorize.authorize(path, steps, str(ca or self.provider.ca_pem), self.open, self.sleep)
        text = "\n".join([*self.said, *self.pages])
        for secret in [*self.provider.refresh_tokens, *self.provider.access_tokens]:
            assert secret[:20] not in text
        return text


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def good(path: Path, provider: Provider) -> bool:
    """Whether what the board needs lies beside the settings, for nobody but their owner."""
    token, root = path.with_name("token.txt"), path.with_name("token.der")
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert root.read_bytes() == provider.ca_der.read_bytes()
    return [token.read_text().strip()] == list(provider.refresh_tokens)


def test_a_code_is_typed_in_somewhere(device: Path, provider: Provider):
    user = User(provider, agrees=3)
    said = user.authorizes(device)
    (typed,) = provider.devices
    assert f"Open {provider.address('login')} in a browser, anywhere, and type in the code {typed}" in said
    assert len(user.slept) == 3
    assert good(device, provider)


def test_the_browser_comes_back_with_a_code(browser: Path, provider: Provider):
    user = User(provider)
    user.authorizes(browser)
    assert good(browser, provider)
    asked = next(request.form for request in provider.requests if request.path == "/authorize")
    assert (asked["login_hint"], asked["client_id"]) == (USER, CLIENT)
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert "Nothing is here." in user.pages[0] and "Nothing is here." in user.pages[1]  # of others it takes no code
    assert "You can close this window" in user.pages[2]


def test_a_new_permission_takes_the_place_of_the_old_one(device: Path, provider: Provider):
    User(provider).authorizes(device)
    provider.revoke()
    provider.devices.clear()
    User(provider).authorizes(device)
    assert good(device, provider)


def test_a_client_secret_and_a_scope_go_along(tmp_path: Path, server: Scripted, provider: Provider):
    provider.knobs.secret, provider.knobs.scope = "hush", "mail offline_access"
    path = written(
        tmp_path,
        server,
        provider,
        POP3_OAUTH_DEVICE=provider.address("device"),
        POP3_CLIENT_SECRET="hush",
        POP3_SCOPE="mail offline_access",
    )
    assert "hush" not in User(provider).authorizes(path)
    assert provider.requests[0].form["scope"] == "mail offline_access"
    assert good(path, provider)


def test_a_provider_that_finds_questions_too_many_is_asked_less_often(device: Path, provider: Provider):
    provider.knobs.interval, provider.knobs.slow_down = 2, 1
    user = User(provider, agrees=3)
    user.authorizes(device)
    assert user.slept == [2, 7, 7]
    assert good(device, provider)


def test_a_user_who_does_not_agree(device: Path, browser: Path, provider: Provider):
    for path in (device, browser):
        user = User(provider, denied=True)
        provider.devices.clear()
        assert "you did not agree" in refusal(lambda path=path, user=user: user.authorizes(path))
        assert not path.with_name("token.txt").exists()


def test_a_user_who_went_away(device: Path, provider: Provider):
    provider.knobs.interval = 100
    user = User(provider, agrees=None)
    assert "nobody agreed in time" in refusal(lambda: user.authorizes(device))
    assert len(user.slept) == 9  # of the fifteen minutes that the provider gives


def test_an_app_that_the_provider_does_not_know(tmp_path: Path, server: Scripted, provider: Provider):
    path = written(tmp_path, server, provider, POP3_OAUTH_DEVICE=provider.address("device"), POP3_CLIENT_ID="nobody's")
    text = refusal(lambda: User(provider, agrees=1).authorizes(path))
    assert "localhost: unauthorized_client" in text
    assert "POP3_CLIENT_ID" in text


def test_a_provider_that_nobody_vouches_for_is_told_nothing(device: Path, provider: Provider):
    provider.certificate = provider.made.self_signed
    assert "CA=FILE" in refusal(lambda: User(provider).authorizes(device))
    assert not provider.requests


def test_a_provider_that_is_none(device: Path, server: Scripted, provider: Provider):
    provider.knobs.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    assert "does not answer as a provider does" in refusal(lambda: User(provider).authorizes(device))
    path = written(device.parent, server, provider, POP3_OAUTH_DEVICE="https://localhost:1/device")
    assert "localhost" in refusal(lambda: User(provider).authorizes(path))


@pytest.mark.parametrize("odd", ['"interval": null', '"interval": [5]', '"expires_in": {}', '"error": ["no"]'])
def test_a_provider_that_answers_oddly(device: Path, provider: Provider, odd: str):
    body = '{"device_code": "a", "user_code": "b", "verification_uri": "c", ' + odd + "}"
    provider.knobs.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    assert "localhost" in refusal(lambda: User(provider).authorizes(device))


def test_a_provider_without_refresh_tokens(device: Path, provider: Provider):
    tokens = provider.tokens
    provider.tokens = lambda form: {k: v for k, v in tokens(form).items() if k != "refresh_token"}
    assert "no refresh token" in refusal(lambda: User(provider).authorizes(device))


def test_settings_that_do_not_say_where_to_ask(tmp_path: Path, server: Scripted, provider: Provider):
    path = written(tmp_path, server, provider)
    assert "POP3_OAUTH_DEVICE or POP3_OAUTH_AUTHORIZE" in refusal(lambda: User(provider).authorizes(path))
    path.write_bytes(toml(settings(server)))
    assert "POP3_OAUTH" in refusal(lambda: User(provider).authorizes(path))


def test_a_dry_run_asks_nobody(device: Path, provider: Provider):
    said = User(provider).authorizes(device, dry_run=True)
    assert f"would ask {provider.address('device')}" in said
    assert not provider.requests and not device.with_name("token.txt").exists()


@pytest.mark.parametrize(
    ("name", "token", "device", "browser", "scope"),
    [
        (
            "microsoft",
            "https://login.microsoftonline.com:443/common/oauth2/v2.0/token",
            "https://login.microsoftonline.com:443/common/oauth2/v2.0/devicecode",
            "",
            "https://outlook.office.com/POP.AccessAsUser.All offline_access",
        ),
        (
            "microsoft/contoso.example",
            "https://login.microsoftonline.com:443/contoso.example/oauth2/v2.0/token",
            "https://login.microsoftonline.com:443/contoso.example/oauth2/v2.0/devicecode",
            "",
            "https://outlook.office.com/POP.AccessAsUser.All offline_access",
        ),
        (
            "google",
            "https://oauth2.googleapis.com:443/token",
            "",
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://mail.google.com/",
        ),
    ],
)
def test_the_providers_that_are_known(
    tmp_path: Path, server: Scripted, provider: Provider, name: str, token: str, device: str, browser: str, scope: str
):
    path = written(tmp_path, server, provider, POP3_OAUTH=name)
    found = authorize.provider(making.load(path))
    assert (found.token, found.device, found.authorize, found.scope) == (token, device, browser, scope)


# --- and then --------------------------------------------------------------------------------------------------------


def checked(path: Path, server: Scripted) -> str:
    said: list[str] = []
    check.check(path, Steps(False, said.append), ca=str(server.ca_pem))
    return "\n".join(said)


@pytest.mark.parametrize("rotation", [False, True])
def test_make_check_logs_in_with_it(device: Path, server: Scripted, provider: Provider, rotation: bool):
    User(provider).authorizes(device)
    provider.knobs.rotation = rotation
    said = checked(device, server)
    assert "used: OAUTHBEARER" in said
    assert ("as the old token has ended" in said) is rotation
    assert good(device, provider)
    assert "used: OAUTHBEARER" in checked(device, server)


def test_make_check_without_it_says_what_to_do(device: Path, server: Scripted, provider: Provider):
    assert "make authorize" in refusal(lambda: checked(device, server))
    User(provider).authorizes(device)
    provider.revoke()
    assert "make authorize" in refusal(lambda: checked(device, server))


@pytest.mark.servers("dovecot")
def test_from_the_settings_to_mail_on_the_board(tmp_path: Path, certificates: Certificates):
    """`make authorize`, `make check`, `make deploy`: the board reads mail from a server that takes no password."""
    with (
        Dovecot(mails=small_mails(3), mechanisms=("XOAUTH2", "OAUTHBEARER"), made=certificates) as server,
        Provider(certificates, issue=lambda user, seconds: server.token(user, lifetime=seconds)) as provider,
        VirtualBoard("rpi_pico_w") as board,
    ):
        path = written(tmp_path, server, provider, POP3_OAUTH_DEVICE=provider.address("device"))
        User(provider).authorizes(path)
        checked(path, server)
        said: list[str] = []
        sources = Sources(settings=path, user_program=tmp_path / "on_mail.py")
        deploy.over_serial(board.port, None, Steps(False, said.append), sources)
        assert board.wait_for("/mail/00000003-", 40)
        assert board.wait_for("heap: ")
        assert b"the access token was renewed" in board.output
        assert b"Error" not in board.output.rsplit(b">>> ", 1)[1]  # what the firmware says
