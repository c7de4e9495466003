"""Have the user agree, once, that the board reads the mail (OAuth 2), and keep the refresh token beside the settings.

Where the provider lets devices ask (RFC 8628) a code is shown, to be typed in at the provider's page on any computer or
phone. Elsewhere the browser is opened, which the provider sends back to this computer (RFC 8252, with PKCE: RFC 7636).
The board renews its tokens by itself then. No token is ever shown.
"""

import html
import socket
import ssl
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from boards.commands import settings
from boards.shared import owner_only, roots, tokens
from boards.shared.payload import REFRESH_TOKEN, TOKEN_CERTIFICATE
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PATIENCE = 900  # seconds for the user to agree
ANSWER = 30  # seconds for the provider to answer
CALM = 5  # seconds more between two questions when the provider finds them too many (RFC 8628, section 3.5)
DONE = "Done: the board may read your mail. You can close this window, and go back to the terminal."


@dataclass(frozen=True)
class Provider:
    """Where a provider is asked.

    :ivar token: the address where tokens come from; the board uses it too
    :ivar device: where devices ask, or ""
    :ivar authorize: where browsers ask, or ""
    :ivar scope: what is asked for
    :ivar more: what else browsers send
    """

    token: str
    device: str
    authorize: str
    scope: str
    more: dict[str, str] = field(default_factory=dict)


def provider(given: settings.Values) -> Provider:
    """The provider that the settings name. Raises Refusal."""
    tokens.use_library()
    from micropop import Error
    from micropop.oauth.providers import endpoint

    try:
        host, port, path, scope = endpoint(given["OAUTH"], given["SCOPE"] or None)
    except Error as error:
        raise Refusal(f"POP3_OAUTH: {error}") from None
    token = f"https://[{host}]:{port}{path}" if ":" in host else f"https://{host}:{port}{path}"
    if given["OAUTH"].startswith("microsoft"):
        return Provider(token, token.removesuffix("/token") + "/devicecode", "", scope)
    if given["OAUTH"] == "google":
        again = {"access_type": "offline", "prompt": "consent"}  # else there is no refresh token
        return Provider(token, "", "https://accounts.google.com/o/oauth2/v2/auth", "https://mail.google.com/", again)
    device, browser = str(given["OAUTH_DEVICE"]), str(given["OAUTH_AUTHORIZE"])
    if not device and not browser:
        raise Refusal("POP3_OAUTH_DEVICE or POP3_OAUTH_AUTHORIZE is missing: the address where the provider is asked")
    return Provider(token, device, browser, str(given["SCOPE"]))


def authorize(
    path: Path,
    steps: Steps,
    ca: str | None = None,
    open_browser: Callable[[str], Any] = webbrowser.open,
    sleep: Callable[[float], Any] = time.sleep,
) -> None:
    """Ask the user to agree, and write the refresh token and the token server's root certificate.

    :param path: settings.toml; both are written beside it
    :param ca: CA=, a file with the root certificate of a provider of one's own, PEM or DER
    :param open_browser: shows an address to the user
    :param sleep: waits so many seconds
    :raises Refusal: in one line
    """
    given = settings.load(path)
    if not given["OAUTH"]:
        raise Refusal("the settings say no POP3_OAUTH: see OAuth 2 in the README")
    asked = provider(given)
    if steps.dry_run:
        steps.out(f"would ask {asked.device or asked.authorize} to let the board read the mail of {given['USER']}")
        return
    context = ssl.create_default_context()
    if ca:
        context.load_verify_locations(cadata=roots.read(ca))
    with _talking(asked):
        root = _root(asked, context)
        session = _session(given, asked, context)
        if asked.device:
            found = _by_device(session, asked, steps, sleep)
        else:
            found = _by_browser(session, given, asked, steps, open_browser)
    refresh = found.get("refresh_token")
    if not refresh:
        raise Refusal(
            "the provider gave no refresh token: the app must be allowed to work while you are away (offline)"
        )
    target = path.with_name(REFRESH_TOKEN)
    steps.do(f"write {target} (mode 600)", owner_only.write, target, str(refresh).encode() + b"\n")
    target = path.with_name(TOKEN_CERTIFICATE)
    steps.do(f"write {target}, the root that signed the token server's certificate", target.write_bytes, root)
    steps.out("`make check` tries it out, `make deploy` copies it to the board")


@contextmanager
def _talking(asked: Provider) -> Iterator[None]:
    """What goes wrong at the provider, as a Refusal."""
    host = urlsplit(asked.token).hostname
    try:
        yield
    except OAuthError as error:
        hint = HINTS.get(
            str(error.error), "check POP3_OAUTH, POP3_CLIENT_ID and the app's registration at the provider"
        )
        raise Refusal(f"{host}: {error.error} {error.description or ''}: {hint}") from None
    except ssl.SSLCertVerificationError as error:
        raise Refusal(f"{host}: {error.verify_message}; if the provider is your own, CA=FILE with its root") from None
    except (ValueError, TypeError, OverflowError):
        raise Refusal(f"{host} does not answer as a provider does: check the addresses in the settings") from None
    except OSError as error:
        raise Refusal(f"{host}: {error}") from None


HINTS = {
    "access_denied": "you did not agree",
    "expired_token": "nobody agreed in time: try again",
    "invalid_client": "check POP3_CLIENT_ID and POP3_CLIENT_SECRET; at Microsoft allow public client flows for the app",
    "unauthorized_client": "check POP3_CLIENT_ID, and which accounts and flows the app is registered for",
    "invalid_scope": "the app may not ask for that: check POP3_SCOPE, and the app's permissions",
}


def _root(asked: Provider, context: ssl.SSLContext) -> bytes:
    """The root that signed the token server's certificate: the board trusts it alone."""
    place = urlsplit(asked.token)
    with socket.create_connection((place.hostname, place.port), ANSWER) as plain:
        with context.wrap_socket(plain, server_hostname=place.hostname) as stream:
            return roots.verified_chain(stream)[-1]


def _session(given: settings.Values, asked: Provider, context: ssl.SSLContext) -> OAuth2Session:
    secret = given["CLIENT_SECRET"] or None
    session = OAuth2Session(
        given["CLIENT_ID"],
        secret,
        token_endpoint_auth_method="client_secret_post" if secret else "none",
        scope=asked.scope or None,
        code_challenge_method="S256",
        default_timeout=ANSWER,
    )
    session.mount("https://", _Trusting(context))
    return session


class _Trusting(HTTPAdapter):
    """Connects to servers that a context trusts."""

    def __init__(self, context: ssl.SSLContext):
        self._context = context
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=self._context, **options)


# --- devices (RFC 8628) --------------------------------------------------------------------------------------------


def _by_device(session: OAuth2Session, asked: Provider, steps: Steps, sleep: Callable[[float], Any]) -> dict[str, Any]:
    form = {"client_id": session.client_id} | ({"scope": asked.scope} if asked.scope else {})
    answer = session.post(asked.device, data=form, withhold_token=True).json()
    if not isinstance(answer, dict):
        raise ValueError("no JSON object")
    if "error" in answer:
        raise OAuthError(answer["error"], answer.get("error_description"))
    for key in ("device_code", "user_code", "verification_uri"):
        if not isinstance(answer.get(key), str):
            raise ValueError(key)
    steps.out(f"Open {answer['verification_uri']} in a browser, anywhere, and type in the code {answer['user_code']}")
    pause = float(answer.get("interval", CALM))
    left = float(answer.get("expires_in", PATIENCE))
    while left > 0:
        sleep(pause)
        left -= max(pause, 1)
        try:
            return session.fetch_token(asked.token, grant_type=DEVICE_GRANT, device_code=answer["device_code"])
        except OAuthError as error:
            if error.error == "slow_down":
                pause += CALM
            elif error.error != "authorization_pending":
                raise
    raise OAuthError("expired_token")


# --- browsers (RFC 8252) -------------------------------------------------------------------------------------------


def _by_browser(
    session: OAuth2Session,
    given: settings.Values,
    asked: Provider,
    steps: Steps,
    open_browser: Callable[[str], Any],
) -> dict[str, Any]:
    verifier = generate_token(64)
    with _Returning() as returning:
        session.redirect_uri = returning.address
        address, state = session.create_authorization_url(
            asked.authorize, code_verifier=verifier, login_hint=given["USER"], **asked.more
        )
        steps.out(f"Agree in the browser; if none opens, open {address}")
        open_browser(address)
        answer = returning.wait(state)
    return session.fetch_token(asked.token, authorization_response=answer, state=state, code_verifier=verifier)


class _Returning:
    """Where the browser comes back to: a page of this computer's, for no other one.

    :ivar address: its address
    """

    def __enter__(self) -> "_Returning":
        self._server = HTTPServer(("127.0.0.1", 0), _Page)
        self._server.answer = None
        self._server.timeout = 1
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def wait(self, state: str) -> str:
        """The address, with the code in it, that the browser was sent back to. Raises OAuthError.

        :param state: what must come back with it, so that nobody else can send the browser here
        """
        self._server.state = state
        deadline = time.monotonic() + PATIENCE
        while self._server.answer is None:
            if time.monotonic() > deadline:
                raise OAuthError("expired_token")
            self._server.handle_request()
        query = parse_qs(urlsplit(self._server.answer).query)
        if "error" in query:
            raise OAuthError(query["error"][0], query.get("error_description", [""])[0])
        return self._server.answer


class _Page(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """The code stands in what would be logged."""

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        mine = query.get("state") == [self.server.state] and ("code" in query or "error" in query)
        text = DONE if "code" in query else "The provider did not let the board in. The terminal says why."
        body = f"<!doctype html><title>micropop</title><p>{html.escape(text if mine else 'Nothing is here.')}".encode()
        self.send_response(200 if mine else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if mine:
            self.server.answer = f"http://127.0.0.1:{self.server.server_port}{self.path}"
