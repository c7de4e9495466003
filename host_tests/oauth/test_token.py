"""Tokens that renew themselves, at a provider over TLS: on CPython and on the 32-bit MicroPython."""

import json
import ssl
import time
from binascii import crc32
from collections.abc import Iterator
from pathlib import Path

import pytest
from micropop.oauth import Token
from micropop.oauth.record import ACCESS, OBTAINED, OF, load, read, taken

from host_tests.oauth.provider import CLIENT, Provider
from host_tests.oauth.running import INTERPRETERS, run, seeded
from host_tests.servers.certificates import Certificates

both = pytest.mark.parametrize("interpreter", INTERPRETERS)
HOUR = 3600
UNSET = 1_609_459_200  # 2021: a board's clock that nobody set


@pytest.fixture
def provider(certificates: Certificates) -> Iterator[Provider]:
    with Provider(certificates) as running:
        yield running


@pytest.fixture
def path(tmp_path: Path, provider: Provider) -> Path:
    return seeded(tmp_path, provider)


def refresh_tokens(path: Path) -> set[str]:
    """Those that lie on the flash, in files that are whole."""
    found = {path.read_text().strip()}
    for file in (path.with_name(f"{path.name}.{number}") for number in (1, 2)):
        numbers = read(str(file))
        if numbers and numbers[OF] == crc32(path.read_bytes()):  # else what is left of a renewal that failed
            *_, at, length, _ = file.read_text().splitlines()[-1].split()
            found.add(file.read_text()[int(at) : int(at) + int(length)])
    return found


# --- renewal ---------------------------------------------------------------------------------------------------------


@both
def test_a_token_is_renewed_before_it_ends_and_not_earlier(provider: Provider, path: Path, interpreter: str):
    steps = ["fresh", "get", "fresh", "get", 3200, "get", 200, "fresh", "get", "get", HOUR, "get"]
    tokens = run(interpreter, provider, path, *steps).steps
    first, second, third = provider.access_tokens
    assert tokens == [False, first, True, first, None, first, None, False, second, second, None, third]


@both
def test_each_renewal_takes_the_newest_refresh_token(provider: Provider, path: Path, interpreter: str):
    run(interpreter, provider, path, *["renew"] * 5)
    sent = [request.form["refresh_token"] for request in provider.renewals]
    assert len(set(sent)) == 5
    assert len(provider.access_tokens) == 5
    (good,) = provider.refresh_tokens
    assert good in refresh_tokens(path)
    assert path.read_text().strip() == sent[0]  # that file is left alone


@both
def test_a_refresh_token_that_stays_the_same_is_kept(provider: Provider, path: Path, interpreter: str):
    provider.knobs.rotation = False
    run(interpreter, provider, path, "renew", "new", "renew", "renew")
    assert len(provider.access_tokens) == 3
    assert refresh_tokens(path) == set(provider.refresh_tokens)


@both
def test_after_a_restart_the_stored_token_is_used_as_long_as_it_lasts(provider: Provider, path: Path, interpreter: str):
    steps = ["get", "new", "get", HOUR, "new", "get", "new", "get"]
    tokens = run(interpreter, provider, path, *steps).steps
    first, second = provider.access_tokens
    assert tokens == [first, None, first, None, None, second, None, second]


@both
def test_what_is_sent(provider: Provider, path: Path, interpreter: str):
    odd = 'a b&c=d%e+f"\\ü/'
    provider.knobs.scope, provider.knobs.secret = "mail offline_access", odd
    run(interpreter, provider, path, "get", scope="mail offline_access", client_secret=odd)
    (request,) = provider.renewals
    refresh = path.read_text().strip()
    assert request.form == {
        "grant_type": "refresh_token",
        "client_id": CLIENT,
        "client_secret": odd,
        "scope": "mail offline_access",
        "refresh_token": refresh,
    }
    assert request.head["Host"] == f"localhost:{provider.port}"
    assert request.head["Content-Type"] == "application/x-www-form-urlencoded"


@both
def test_a_new_file_takes_the_place_of_what_was_renewed(provider: Provider, path: Path, interpreter: str):
    run(interpreter, provider, path, "get")
    provider.revoke()
    other = seeded(path.parent, provider, "ada")
    assert other == path
    (token,) = run(interpreter, provider, path, "get").steps
    assert provider.access_tokens[token][0] == "ada"


# --- the answer ------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("payload", [64, 512, 1460])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_an_answer_comes_in_any_frame(
    provider: Provider, path: Path, interpreter: str, framing: str, payload: int, piece: int = 311
):
    provider.knobs.framing, provider.knobs.piece, provider.knobs.padding = framing, piece, 2000
    (token,) = run(interpreter, provider, path, "get", payload=payload).steps
    assert token in provider.access_tokens
    (good,) = provider.refresh_tokens
    assert good in refresh_tokens(path)


@both
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_over_the_tls_of_every_board(provider: Provider, path: Path, interpreter: str, version: ssl.TLSVersion):
    provider.knobs.newest_tls = version
    (token,) = run(interpreter, provider, path, "get").steps
    assert token in provider.access_tokens


@both
def test_a_long_token(provider: Provider, path: Path, interpreter: str):
    provider.issue = lambda user, seconds: "e" * 8000
    assert run(interpreter, provider, path, "get").steps == ["e" * 8000]


@both
def test_an_answer_that_trickles_is_waited_for_and_the_watchdog_fed(provider: Provider, path: Path, interpreter: str):
    provider.knobs.piece, provider.knobs.pause = 400, 0.05
    outcome = run(interpreter, provider, path, "get")
    assert outcome.steps == list(provider.access_tokens)
    assert outcome.idle_calls > 5


@both
@pytest.mark.parametrize(
    ("told", "lasts"),
    [("3600", 3600), (0, 3600), (-5, 3600), ("", 3600), ("soon", 3600), (10**11, 30 * 86400), (3599.9, 3599), (60, 60)],
)
def test_how_long_a_token_lasts(provider: Provider, path: Path, interpreter: str, told: object, lasts: int):
    provider.knobs.told = told
    before = lasts - min(300, lasts // 4)
    found = run(interpreter, provider, path, "renew", before - 4, "fresh", 5, "fresh").steps
    assert found == [None, None, True, None, False]


# --- a clock that is wrong, or was never set -------------------------------------------------------------------------


@both
def test_where_the_clock_was_never_set_a_stored_token_is_renewed_or_tried(
    provider: Provider, path: Path, interpreter: str
):
    steps = ["get", "fresh", "get", "new", "fresh", "stale", "get", HOUR, "fresh", "stale"]
    tokens = run(interpreter, provider, path, *steps, now=UNSET).steps
    first, second, third = provider.access_tokens
    assert tokens == [first, True, first, None, None, first, second, None, False, third]


@both
def test_a_token_that_seems_to_come_from_the_future_is_renewed(provider: Provider, path: Path, interpreter: str):
    tokens = run(interpreter, provider, path, "get", -86400, "new", "fresh", "get").steps
    assert tokens[3] is False
    assert tokens[4] == list(provider.access_tokens)[1]


# --- what goes wrong -------------------------------------------------------------------------------------------------


def failure(interpreter: str, provider: Provider, path: Path, **options: object) -> dict:
    """What a renewal raises, where a token is stored that still counts afterwards; no secret is shown in it."""
    given = set(provider.refresh_tokens)
    knobs, provider.knobs = provider.knobs, type(provider.knobs)()
    run(interpreter, provider, path, "get")
    provider.knobs = knobs
    (last,) = list(provider.access_tokens)[-1:]
    kept = refresh_tokens(path)
    (error, after) = run(interpreter, provider, path, "renew", "get", **options).steps
    assert after == last
    assert refresh_tokens(path) == kept
    assert error["typed"], error
    for secret in [*given, *provider.refresh_tokens, *refresh_tokens(path), last]:
        assert secret not in error["text"] and secret[:12] not in error["text"], error
    return error


@both
def test_a_permission_that_was_taken_back(provider: Provider, path: Path, interpreter: str):
    run(interpreter, provider, path, "get")
    provider.revoke()
    (error,) = run(interpreter, provider, path, "renew").steps
    assert (error["kind"], error["code"], error["authentication"]) == ("TokenRefused", "invalid_grant", True)
    assert "AADSTS70008" in error["text"]
    assert "make authorize" in error["text"]
    for secret in refresh_tokens(path):
        assert secret[:12] not in error["text"]


@both
def test_a_refresh_token_that_the_server_repeats_is_shown_in_no_piece(provider: Provider, path: Path, interpreter: str):
    given = "refresh-" + "-".join(["SECRETpiece", "of_a_token", "0.AXYz~!*"] * 20)
    path.write_text(given + "\n")
    body = {"error": "invalid_grant", "error_description": f"not {given}"}
    provider.knobs.answer = answer("400 Bad Request", json.dumps(body))
    (error,) = run(interpreter, provider, path, "renew").steps
    assert error["code"] == "invalid_grant"
    assert "not ***" in error["text"]
    assert not any(piece in error["text"] for piece in given.split("-")), error


@both
def test_pieces_of_what_is_secret_are_shown_in_no_refusal(provider: Provider, path: Path, interpreter: str):
    given = "0.AXkAq-zY8d_Lm3PqRsT-uVwX2yZ0aB_cDeF4gHiJ-kLmN6oPqRsT_uVwXyZ01-2345abcdEFGH_6789" * 9
    secret = "GOCSPX-abcDEF_ghi-0123456789"
    path.write_text(given + "\n")
    for code, description in (
        ("invalid_grant", "bad token " + given[8:88]),
        ("invalid_grant", "bad token " + given[500:700]),
        (given[8:48], "no"),
        ("invalid_client", "bad secret " + secret[3:]),
        (secret[4:], "no"),
    ):
        body = {"error": code, "error_description": description}
        provider.knobs.answer = answer("400 Bad Request", json.dumps(body))
        (error,) = run(interpreter, provider, path, "renew", client_secret=secret).steps
        assert error["kind"] == "TokenRefused", error
        shown = error["text"] + error["code"]
        assert "***" in shown
        for hidden in (given, secret):
            assert not [at for at in range(len(hidden) - 5) if hidden[at : at + 6] in shown], shown


@both
def test_the_access_token_that_was_is_shown_in_no_refusal(provider: Provider, path: Path, interpreter: str):
    body = {"access_token": "OldAccess-1234_abcd", "token_type": "bearer"}
    provider.knobs.answer = answer("200 OK", json.dumps(body))
    run(interpreter, provider, path, "renew")
    body = {"error": "Access-1234", "error_description": "bad cess-1234_abc"}
    provider.knobs.answer = answer("400 Bad Request", json.dumps(body))
    (error,) = run(interpreter, provider, path, "renew").steps
    assert error["kind"] == "TokenRefused" and error["code"] == "***", error
    assert "bad ***" in error["text"]


@both
def test_tokens_beside_an_error_are_no_answer_and_are_not_shown(provider: Provider, path: Path, interpreter: str):
    for name in ("access_token", "refresh_token"):
        body = {name: "NEWTOKEN1", "error": "x", "error_description": "NEWTOKEN1"}
        provider.knobs.answer = answer("200 OK", json.dumps(body))
        error = failure(interpreter, provider, path)
        assert error["kind"] == "ProtocolError" and "NEWTOKEN1" not in error["text"]


@both
def test_members_that_are_null_are_not_there(provider: Provider, path: Path, interpreter: str):
    body = {"access_token": "NEWTOKEN1", "error": None, "error_description": None, "token_type": None}
    provider.knobs.answer = answer("200 OK", json.dumps({**body, "refresh_token": None, "expires_in": None}))
    assert run(interpreter, provider, path, "get").steps == ["NEWTOKEN1"]


REFUSALS = {
    "interaction_required": "make authorize",
    "consent_required": "make authorize",
    "invalid_client": "POP3_CLIENT_ID",
    "unauthorized_client": "public client flows",
    "invalid_scope": "POP3_SCOPE",
    "unsupported_grant_type": "POP3_OAUTH",
    "something_new": "POP3_OAUTH",
}


def answer(status: str, body: str, *head: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *head, f"Content-Length: {len(body.encode())}", "", ""]
    return "\r\n".join(lines).encode() + body.encode()


@both
@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_to_do(provider: Provider, path: Path, interpreter: str, code: str):
    body = {"error": code, "error_description": "AADSTS1: Größer\r\n\x1b[31mred " + "x" * 500, "access_token": "no"}
    provider.knobs.answer = answer("400 Bad Request", json.dumps(body, ensure_ascii=False))
    error = failure(interpreter, provider, path)
    assert (error["kind"], error["code"]) == ("TokenRefused", code)
    assert "AADSTS1: Größer" in error["text"]
    assert REFUSALS[code] in error["text"]
    assert "\x1b" not in error["text"]
    assert len(error["text"]) < 700


@both
def test_a_wrong_client_is_told_without_its_secret(provider: Provider, path: Path, interpreter: str):
    provider.knobs.secret = "the right one"
    error = failure(interpreter, provider, path, client_secret="hunter2")
    assert error["code"] == "invalid_client"
    assert "hunter2" not in error["text"]
    provider.knobs.answer = answer("400 Bad Request", '{"error": "no_hunter2"}')
    error = failure(interpreter, provider, path, client_secret="hunter2")
    assert "hunter2" not in error["text"] + error["code"]
    provider.knobs.answer = None
    error = failure(interpreter, provider, path, client_id="nobody")
    assert error["code"] == "unauthorized_client"


@both
@pytest.mark.parametrize(
    ("status", "head", "body", "seconds"),
    [
        ("503 Busy", ["Retry-After: 120"], "<html>", 120),
        ("429 Slow down", [], "{}", None),
        ("500 Oops", [], "", None),
        ("400 Bad", ["Retry-After: 7"], '{"error": "temporarily_unavailable"}', 7),
    ],
)
def test_a_passing_trouble_is_told_as_such(
    provider: Provider, path: Path, interpreter: str, status: str, head: list, body: str, seconds: int | None
):
    provider.knobs.answer = answer(status, body, *head)
    error = failure(interpreter, provider, path)
    assert (error["kind"], error["retry"], error["retry_after"]) == ("TemporaryFailure", True, seconds)


@both
@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "405 Not Allowed", "400 Bad", "401 No"])
def test_what_is_no_token_server_is_told(provider: Provider, path: Path, interpreter: str, status: str):
    provider.knobs.answer = answer(status, "<html>nothing here</html>", "Location: https://elsewhere.example.net/")
    error = failure(interpreter, provider, path)
    assert (error["kind"], error["code"]) == ("TokenRefused", "HTTP " + status[:3])
    assert "address" in error["text"]


LONG = json.dumps({"x": "x" * 100_000})
TWICE = '{"access_token": "abc", "access_token": "def"}'
NO_TOKENS = [
    "R\\ud83dX",
    "R\\ud83d\\ude00X",
    "R\\ude00",
    "\\ud83d",
    " ",
    "   ",
    " R",
    "\\u0020R",
    "R\\u0000",
    "R\\u007f",
    "R\\u00e9",
    "R\x7f",
    "R\t",
    "Ré",
]


@both
@pytest.mark.parametrize(
    "octets",
    [
        b"+OK POP3 ready\r\n",
        answer("200 OK", "<html>welcome</html>"),
        answer("200 OK", "{}"),
        answer("200 OK", "[]"),
        answer("200 OK", '{"access_token": ""}'),
        answer("200 OK", '{"access_token": null, "refresh_token": "abc"}'),
        answer("200 OK", '{"access_token": "abc", "token_type": "mac"}'),
        answer("200 OK", '{"access_token": "a\\nb"}'),
        answer("200 OK", '{"access_token": "grün"}'),
        answer("200 OK", '{"access_token": "%s"}' % ("x" * 20_000)),
        answer("200 OK", TWICE),
        answer("200 OK", LONG),
        answer("200 OK", "{}", "Content-Encoding: gzip"),
        answer("200 OK", '{"access_token": "abc", "refresh_token": "def"', "X: " + "x" * 20_000),
        answer("200 OK", '{"access_token":"A" "B","refresh_token":"R" "S"]'),
        answer("200 OK", '{"access_token": "abc", "refresh_token": "R" "S"}'),
        answer("200 OK", '{"access_token": "abc", "refresh_token": "R"]'),
        answer("200 OK", '{"access_token": "abc", "error": invalid_grant}'),
        answer("200 OK", '{"access_token": "abc", "token_type": mac}'),
        answer("200 OK", '{"x": [}, "access_token": "abc", "refresh_token": "R"]}'),
        *(answer("200 OK", f'{{"access_token": "abc", "refresh_token": "{text}"}}') for text in NO_TOKENS),
        *(answer("200 OK", f'{{"access_token": "{text}", "refresh_token": "abc"}}') for text in NO_TOKENS),
    ],
    ids=range(20 + 2 * len(NO_TOKENS)),
)
def test_an_answer_without_a_token_leaves_the_old_ones(provider: Provider, path: Path, interpreter: str, octets: bytes):
    provider.knobs.answer = octets
    assert failure(interpreter, provider, path)["kind"] == "ProtocolError"


@both
@pytest.mark.parametrize("cut", [0, 5, 100, 1800, 3000])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_an_answer_that_breaks_off_leaves_the_old_tokens(
    provider: Provider, path: Path, interpreter: str, framing: str, cut: int
):
    provider.knobs.framing, provider.knobs.cut, provider.knobs.padding = framing, cut, 300
    error = failure(interpreter, provider, path)
    assert (error["kind"], error["retry"]) == ("ConnectionLost", True)


@both
@pytest.mark.parametrize("knobs", [{"silent": True}, {"piece": 1, "pause": 0.05}], ids=["silent", "trickles"])
def test_a_token_server_cannot_hold_the_board(provider: Provider, path: Path, interpreter: str, knobs: dict):
    for name, value in knobs.items():
        setattr(provider.knobs, name, value)
    assert failure(interpreter, provider, path, timeout=1)["kind"] == "Timeout"


@both
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("self_signed", "unknown-ca"),
        ("unknown_root", "unknown-ca"),
        ("wrong_host", "wrong-host"),
        ("expired", "dates"),
    ],
)
def test_a_server_that_nobody_vouches_for_gets_no_token(
    provider: Provider, path: Path, interpreter: str, bad: str, reason: str
):
    provider.certificate = provider.made.bad[bad]
    (error,) = run(interpreter, provider, path, "renew").steps
    assert (error["kind"], error["reason"]) == ("TLSError", reason)
    assert not provider.requests


@both
def test_nobody_listens(provider: Provider, path: Path, interpreter: str):
    (error,) = run(interpreter, provider, path, "renew", address="https://127.0.0.1:1/token").steps
    assert error["kind"] == "ConnectionLost"


@both
@pytest.mark.parametrize(
    "address",
    ["yahoo", "", "http://localhost/token", "https://", "https:///token", "https://a b/", "https://u:p@host/",
     "https://host:x/", "microsoft/a b", "https://host/\r\nX: y", "https://host/ü"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    provider: Provider, path: Path, interpreter: str, address: str
):
    (error,) = run(interpreter, provider, path, "renew", address=address or " ").steps
    assert error["kind"] == "InvalidArgument"
    assert "https://" in error["text"]


# --- the file --------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("text", [None, "", "\n", " \r\nabc"])
def test_a_file_that_is_missing_or_none_is_told(provider: Provider, tmp_path: Path, interpreter: str, text: str | None):
    path = tmp_path / "token.txt"
    if text is not None:
        path.write_text(text)
    (error,) = run(interpreter, provider, path, "get").steps
    assert error["kind"] == "InvalidArgument"
    assert "make authorize" in error["text"] and "token.txt" in error["text"]


@both
@pytest.mark.parametrize(
    "octets",
    [b"R\xc3\xa9", b"\xef\xbb\xbfR\n", b"\xff\xfeR\0\n\0", b"R\0", b"R\x1bS", b"R\x7f", b"R" * 16385],
    ids=range(7),
)
def test_a_file_with_what_is_no_token_is_told_before_anything_is_sent(
    provider: Provider, tmp_path: Path, interpreter: str, octets: bytes
):
    path = tmp_path / "token.txt"
    path.write_bytes(octets)
    provider.knobs.answer = answer("200 OK", '{"access_token": "abc"}')
    (error,) = run(interpreter, provider, path, "renew").steps
    assert error["kind"] == "InvalidArgument"
    assert "make authorize" in error["text"] and "token.txt" in error["text"]
    assert not provider.requests


@both
def test_a_refresh_token_may_have_every_character_that_it_may_have(
    provider: Provider, tmp_path: Path, interpreter: str
):
    path = tmp_path / "token.txt"
    odd = "".join(map(chr, range(33, 127))) + " !"
    path.write_bytes(f"  {odd}\t\r\nmore\n".encode())
    provider.refresh_tokens[odd] = "mrose"
    provider.knobs.rotation = False
    run(interpreter, provider, path, "renew", "renew")
    assert [request.form["refresh_token"] for request in provider.renewals] == [odd, odd]


@both
def test_a_root_that_is_missing_is_told(provider: Provider, path: Path, interpreter: str):
    (error,) = run(interpreter, provider, path, "get", trusted=path.with_name("nothing.der")).steps
    assert error["kind"] == "InvalidArgument"
    assert "nothing.der" in error["text"]


@pytest.mark.parametrize("interpreter", ["micropython"])
def test_a_root_that_is_not_given_is_told(provider: Provider, path: Path, interpreter: str):
    path.with_name("empty.der").write_bytes(b"")
    (error,) = run(interpreter, provider, path, "get", trusted=path.with_name("empty.der")).steps
    assert error["typed"]


def stored(path: Path) -> Token:
    """The token as it lies on the flash."""
    token = Token(str(path), "google", CLIENT)
    load(token)
    return token


def test_whatever_is_damaged_in_a_record_another_one_counts(provider: Provider, path: Path):
    """Each byte of the newest record in turn: the one before it counts then, or the file that was given."""
    provider.issue = lambda user, seconds: f"access-{len(provider.access_tokens)}"
    run("cpython", provider, path, "renew", "renew")
    one, two = (path.with_name(f"token.txt.{number}") for number in (1, 2))
    whole = two.read_bytes()
    assert taken(stored(path), ACCESS) == b"access-1"
    for at in range(len(whole) - 1):  # but for the line end, which says nothing
        for damaged in (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            whole[:at] + whole[at + 1 :],
        ):
            two.write_bytes(damaged)
            assert taken(stored(path), ACCESS) == b"access-0", at
    two.write_bytes(whole + b"\n")
    assert taken(stored(path), ACCESS) == b"access-0"
    one.write_bytes(b"")
    assert stored(path).numbers[OBTAINED] == 0


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, b"1_000_00"),
        (2, b"-000000001"),
        (3, b"+003600"),
        (4, b"99999"),
        (5, b"00000"),
        (5, b"99999"),
        (6, b"99999"),
        (7, b"00000"),
        (7, b"99999"),
        (7, b"-0001"),
    ],
)
def test_a_record_whose_numbers_are_none_or_lead_out_of_it_does_not_count(
    provider: Provider, path: Path, number: int, text: bytes
):
    """Damaged, and with the right check sum all the same."""
    run("cpython", provider, path, "renew", "renew")
    (first, _) = provider.access_tokens
    two = path.with_name("token.txt.2")
    body, _, last = two.read_bytes().rstrip().rpartition(b"\n")
    words = last.split()
    assert len(words[number]) == len(text)
    words[number] = text
    damaged = body + b"\n" + b" ".join(words[:8]) + b" "
    two.write_bytes(damaged + b"%08x\n" % crc32(damaged))
    assert taken(stored(path), ACCESS).decode() == first


def test_the_time_that_a_record_bears_is_the_board_s(provider: Provider, path: Path):
    run("cpython", provider, path, "renew")
    assert abs(stored(path).numbers[OBTAINED] - time.time()) < 60
