"""An OAuth 2 provider of our own, over TLS: it lets users in, renews their tokens, and has knobs for what may go wrong.

``with Provider(made) as provider:`` listens on loopback. The knobs may be changed between requests.
"""

import base64
import hashlib
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

from host_tests.servers import certificates

CLIENT = "micropop-tests"
USER = "mrose"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Refused(Exception):
    """What is answered instead of tokens: the member ``error``, and its description."""

    def __init__(self, error: str, description: str = ""):
        super().__init__(error)
        self.error, self.description = error, description


@dataclass
class Knobs:
    """How the provider behaves.

    :ivar lifetime: seconds for which an access token is good
    :ivar told: what ``expires_in`` says instead; "" leaves it out
    :ivar rotation: each renewal brings a new refresh token
    :ivar strict: the old one ends with that; else it stays good until the new one is used
    :ivar secret: a client secret that it wants, or ""
    :ivar scope: what the scope must be, or ""
    :ivar framing: of its answers: "length", "chunked", "close"
    :ivar piece: bytes of each of the pieces that it sends, with a pause of ``pause`` seconds between them; 0: in one
    :ivar padding: bytes of members that nobody wants, before and behind the tokens
    :ivar answer: a whole HTTP answer for the next requests instead
    :ivar cut: bytes of the answer after which the connection is closed
    :ivar silent: it answers nothing
    :ivar newest_tls: the newest version of TLS that it speaks
    :ivar interval: seconds between two questions for a device's tokens
    :ivar slow_down: how many of the questions are too many
    """

    lifetime: int = 3600
    told: int | str | None = None
    rotation: bool = True
    strict: bool = True
    secret: str = ""
    scope: str = ""
    framing: str = "length"
    piece: int = 0
    pause: float = 0
    padding: int = 0
    answer: bytes | None = None
    cut: int | None = None
    silent: bool = False
    newest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    interval: int = 0
    slow_down: int = 0


@dataclass
class Device:
    """A device that waits for its user. ``user``: who agreed, or None; ``denied``: he did not."""

    code: str
    user: str | None = None
    denied: bool = False


@dataclass
class Request:
    """What came: the path, the fields of its form, and the header as it was sent."""

    path: str
    form: dict[str, str]
    head: dict[str, str]


@dataclass
class Provider:
    """The provider.

    :param made: certificates; clients trust ``made.ca_der``
    :param issue: makes the access token of a user, good for so many seconds
    :param certificate: the one to show

    :ivar knobs: see Knobs
    :ivar refresh_tokens: users by the refresh tokens that are good
    :ivar access_tokens: users by the access tokens that were issued, and when they end
    :ivar requests: what came so far
    :ivar devices: by what their users type
    """

    made: certificates.Certificates
    issue: Callable[[str, int], str] = lambda user, seconds: f"access-{secrets.token_urlsafe(900)}"
    certificate: certificates.Certificate | None = None
    knobs: Knobs = field(default_factory=Knobs)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    access_tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)
    _codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.ca_der, self.ca_pem = self.made.ca_der, self.made.ca_pem
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._server.bugs:
            raise self._server.bugs[0]

    # -- for the tests

    def address(self, path: str = "token") -> str:
        """The address of one of its ends: token, authorize, device."""
        return f"https://localhost:{self.port}/{path}"

    def grant(self, user: str) -> str:
        """A refresh token for a user, who agreed."""
        token = f"refresh-{secrets.token_urlsafe(300)}!*~ $"
        self.refresh_tokens[token] = user
        return token

    def revoke(self) -> None:
        """The users take all back."""
        self.refresh_tokens.clear()

    @property
    def renewals(self) -> list[Request]:
        """The renewals that were asked for."""
        return [it for it in self.requests if it.form.get("grant_type") == "refresh_token"]

    # -- what is answered

    def tokens(self, form: dict[str, str]) -> dict[str, object]:
        """The answer to a request for tokens. Raises Refused."""
        if form.get("client_id") != CLIENT:
            raise Refused("unauthorized_client", f"AADSTS700016: no application {form.get('client_id')!r} here.")
        if self.knobs.secret and form.get("client_secret") != self.knobs.secret:
            raise Refused("invalid_client", f"the client secret {form.get('client_secret')} is not the one")
        if self.knobs.scope and form.get("scope") not in (None, self.knobs.scope):
            raise Refused("invalid_scope", "no such scope")
        grants = {
            "refresh_token": self._renewed,
            "authorization_code": self._of_code,
            DEVICE_GRANT: self._of_device,
        }
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            raise Refused("unsupported_grant_type")
        return grant(form)

    def _renewed(self, form: dict[str, str]) -> dict[str, object]:
        old = form.get("refresh_token", "")
        if old not in self.refresh_tokens:
            raise Refused("invalid_grant", f"AADSTS70008: The refresh token {old} has expired or was revoked.")
        user = self.refresh_tokens[old]
        if not self.knobs.rotation:
            return self._access(user)
        for other in [it for it in self.refresh_tokens if self.refresh_tokens[it] == user]:
            if other != old or self.knobs.strict:
                del self.refresh_tokens[other]
        return self._access(user) | {"refresh_token": self.grant(user)}

    def _access(self, user: str) -> dict[str, object]:
        token = self.issue(user, self.knobs.lifetime)
        self.access_tokens[token] = user, time.time() + self.knobs.lifetime
        told = self.knobs.lifetime if self.knobs.told is None else self.knobs.told
        found: dict[str, object] = {"token_type": "Bearer", "access_token": token}
        return found if told == "" else found | {"expires_in": told}

    def _of_code(self, form: dict[str, str]) -> dict[str, object]:
        challenge, redirect, user = self._codes.pop(form.get("code", ""), ("", "", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not user or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            raise Refused("invalid_grant", "PKCE failed")
        if form.get("redirect_uri") != redirect:
            raise Refused("invalid_grant", "another redirect_uri")
        return self._access(user) | {"refresh_token": self.grant(user)}

    def _of_device(self, form: dict[str, str]) -> dict[str, object]:
        device = next((it for it in self.devices.values() if it.code == form.get("device_code")), None)
        if device is None:
            raise Refused("expired_token")
        if device.denied:
            raise Refused("access_denied")
        if self.knobs.slow_down:
            self.knobs.slow_down -= 1
            raise Refused("slow_down")
        if device.user is None:
            raise Refused("authorization_pending")
        return self._access(device.user) | {"refresh_token": self.grant(device.user)}

    def new_device(self) -> dict[str, object]:
        """The answer to a device (RFC 8628, section 3.2)."""
        typed = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        self.devices[typed] = Device(secrets.token_urlsafe(20))
        return {
            "device_code": self.devices[typed].code,
            "user_code": typed,
            "verification_uri": self.address("login"),
            "expires_in": 900,
            "interval": self.knobs.interval,
        }

    def agree(self, query: dict[str, str], user: str) -> str:
        """What the browser of a user who agrees is sent to."""
        code = secrets.token_urlsafe(20)
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        self._codes[code] = query["code_challenge"], query["redirect_uri"], user
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 50
    block_on_close = False

    def __init__(self, provider: Provider):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.provider = provider
        self.stopping = threading.Event()
        self.bugs: list[BaseException] = []

    def finish_request(self, request: socket.socket, client_address: tuple) -> None:
        provider = self.provider
        certificate = provider.certificate or provider.made.good
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = provider.knobs.newest_tls
        context.load_cert_chain(certificate.chain, certificate.key)
        request.settimeout(20)
        try:
            with context.wrap_socket(request, server_side=True) as secure:
                _Handler(secure, client_address, self)
        except OSError:
            pass  # the client left

    def handle_error(self, request: object, client_address: object) -> None:
        import sys

        self.bugs.append(sys.exc_info()[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Nothing: the tests look at ``requests``."""

    def do_GET(self) -> None:
        provider, place = self.server.provider, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        provider.requests.append(Request(place.path, query, dict(self.headers)))
        self.send_response(302)
        self.send_header("Location", provider.agree(query, USER))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True, strict_parsing=True).items()}
        provider.requests.append(Request(self.path, form, dict(self.headers)))
        knobs = provider.knobs
        if knobs.silent:
            self.server.stopping.wait(60)
            return
        if knobs.answer is not None:
            self.close_connection = True
            self._send(knobs.answer)
            return
        try:
            if self.path == "/device":
                found, status = provider.new_device(), "200 OK"
            elif self.path == "/token":
                found, status = provider.tokens(form), "200 OK"
            else:
                found, status = {}, "404 Not Found"
        except Refused as refused:
            found, status = {"error": refused.error, "error_description": refused.description}, "400 Bad Request"
        if knobs.padding:
            found = {"before": ["x" * knobs.padding]} | found | {"behind": {"x": "x" * knobs.padding}}
        self.close_connection = knobs.framing == "close"
        self._send(_answer(status, json.dumps(found).encode(), knobs.framing))

    def _send(self, answer: bytes) -> None:
        knobs = self.server.provider.knobs
        if knobs.cut is not None:
            answer = answer[: knobs.cut]
            self.close_connection = True
        size = knobs.piece or len(answer) or 1
        for at in range(0, len(answer), size):
            if at and knobs.pause and self.server.stopping.wait(knobs.pause):
                return
            self.wfile.write(answer[at : at + size])


def _answer(status: str, body: bytes, framing: str) -> bytes:
    """An HTTP answer, with as long a header as Microsoft's."""
    head = (
        f"HTTP/1.1 {status}\r\nCache-Control: no-store, no-cache\r\nContent-Type: application/json; charset=utf-8\r\n"
    )
    head += f"Set-Cookie: fpc={'x' * 1500}; path=/; secure; HttpOnly; SameSite=None\r\n"
    if framing == "length":
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    if framing == "close":
        return f"{head}Connection: close\r\n\r\n".encode() + body
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 700]), body[at : at + 700]) for at in range(0, len(body), 700)
    )
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks + b"0\r\n\r\n"
