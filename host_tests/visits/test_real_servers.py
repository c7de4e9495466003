"""micropop against real servers, under CPython and under the 32-bit MicroPython: what arrives is what they hold."""

import hashlib
import inspect
import sys
from collections.abc import Iterator

import pytest

from host_tests.servers.delay import SlowLink
from host_tests.servers.dialogue import CAPABILITIES
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.fixtures import FLEET, KINDS
from host_tests.servers.maildir import sample_mails, small_mails
from host_tests.servers.mpopd import Mpopd
from host_tests.servers.running import KeptServer
from host_tests.servers.scripted import Scripted
from host_tests.shared.eventually import eventually
from host_tests.visits import INTERPRETERS, Visit, start, visit

USER, PASSWORD = "mrose", "tanstaaf"
CLEAR = {"user": USER, "password": PASSWORD, "cleartext": True}

both = pytest.mark.parametrize("interpreter", INTERPRETERS)
every_server = pytest.mark.parametrize("server", KINDS, indirect=True)

METHODS = {
    "dovecot": ("USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"),
    "courier": ("USER", "PLAIN", "LOGIN", "CRAM-MD5"),
    "cyrus": ("USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"),
    "mpopd": ("USER",),
}
STRONGEST = {"dovecot": "SCRAM-SHA-256", "courier": "CRAM-MD5", "cyrus": "SCRAM-SHA-256", "mpopd": "USER"}
WITH_TLS = ("dovecot", "courier", "cyrus")


def digest(mail: bytes) -> list:
    """A mail as a visit reports it."""
    return [len(mail), hashlib.sha256(mail).hexdigest()]


def credentials(server: KeptServer, method: str | None, **token: int) -> dict:
    """What login() needs for a method."""
    if method in ("XOAUTH2", "OAUTHBEARER"):
        return {"user": USER, "token": server.token(USER, **token), "method": method, "cleartext": True}
    return CLEAR | {"method": method}


# --- what takes seconds by the server's own will starts first, and is looked at last ---------------------------------


def is_early(item: pytest.Item) -> bool:
    """True if the test looks at a visit that starts before all tests."""
    return item.module is sys.modules[__name__] and "early" in inspect.signature(item.function).parameters


@pytest.fixture(scope="module", autouse=True)
def early(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Visit]]:
    """Visits that the server keeps waiting: [IN-USE] takes Dovecot ten seconds, a wrong password takes Courier five."""
    wanted = {
        (item.originalname, item.callspec.params["interpreter"]) for item in request.session.items if is_early(item)
    }
    visits: dict[tuple[str, str], Visit] = {}
    holder, locked = None, None
    for test, interpreter in sorted(wanted):
        if test == "test_courier_refuses_a_wrong_password":
            wrong = CLEAR | {"password": "wrong", "method": "USER"}
            visits[test, interpreter] = start(interpreter, request.getfixturevalue("courier"), login=wrong)
            continue
        if locked is None:
            locked = Dovecot(mails=small_mails(1), lock=True).__enter__()
            holder = start("cpython", locked, ["stat"], ["hold"], login=CLEAR)
            holder.wait_until_held()
        visits[test, interpreter] = start(interpreter, locked, ["stat"], login=CLEAR)
    yield visits
    for each in [*visits.values(), *([holder] if holder else [])]:
        each.stop()
    if locked:
        locked.__exit__()
    troubles = {name: server.troubles() for name, server in request.config.stash[FLEET].running.items()}
    assert not any(troubles.values()), troubles


# --- logging in ------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("server", "method"),
    [(name, method) for name in KINDS for method in METHODS[name]],
    indirect=["server"],
)
def test_logs_in_by_every_method(server, method, interpreter):
    outcome = visit(interpreter, server, ["stat"], ["quit"], login=credentials(server, method))
    assert outcome.error is None
    assert outcome.method == method
    assert outcome.steps[0][0] == len(sample_mails())
    assert outcome.pool_whole and outcome.state == "CLOSED"


@both
@every_server
def test_logs_in_by_the_strongest_method(server, interpreter):
    outcome = visit(interpreter, server, ["quit"], login=CLEAR)
    assert (outcome.error, outcome.method) == (None, STRONGEST[server.name])


@both
@pytest.mark.parametrize("tls", [True, "stls"])
@pytest.mark.parametrize("server", WITH_TLS, indirect=True)
def test_logs_in_over_tls(server, tls, interpreter):
    login = {"user": USER, "password": PASSWORD, "method": "USER"}
    outcome = visit(interpreter, server, ["capabilities"], ["stat"], ["quit"], tls=tls, login=login)
    assert (outcome.error, outcome.method) == (None, "USER")
    assert "UIDL" in outcome.steps[0]
    assert outcome.steps[1][0] == len(sample_mails())


@both
@pytest.mark.parametrize("tls", [False, True, "stls"])
@pytest.mark.parametrize("server", WITH_TLS, indirect=True)
def test_reaches_every_address_and_name(server, tls, interpreter):
    for host in ("localhost", *server.hosts):
        if host == "::1" and tls and (server.name, interpreter) == ("courier", "micropython"):
            continue  # GnuTLS refuses the address that MicroPython sends as the server's name
        outcome = visit(interpreter, server, ["stat"], ["quit"], tls=tls, host=host, login=CLEAR)
        assert outcome.error is None, host
        assert outcome.steps[0][0] == len(sample_mails())


@both
@pytest.mark.parametrize("method", ["XOAUTH2", "OAUTHBEARER"])
def test_a_long_token_goes_through_small_packets(dovecot, method, interpreter):
    login = credentials(dovecot, method, padding=3000)
    assert len(login["token"]) > 4000
    outcome = visit(interpreter, dovecot, ["stat"], ["quit"], login=login, payload=128, packets=1, tls=True)
    assert (outcome.error, outcome.method) == (None, method)


@both
@pytest.mark.parametrize("method", ["XOAUTH2", "OAUTHBEARER"])
def test_an_expired_token_is_refused(dovecot, method, interpreter):
    login = credentials(dovecot, method, lifetime=-60)
    outcome = visit(interpreter, dovecot, ["stat"], login=login)
    assert outcome.error["kind"] == "AuthenticationError"
    assert outcome.error["code"] == "AUTH"
    assert login["token"] not in outcome.error["text"]
    assert outcome.pool_whole


@both
@pytest.mark.parametrize("method", ["USER", "APOP", "PLAIN", "SCRAM-SHA-256", None])
@pytest.mark.parametrize("server", ["dovecot", "cyrus"], indirect=True)
def test_a_wrong_password_is_refused(server, method, interpreter):
    outcome = visit(interpreter, server, ["stat"], login=CLEAR | {"password": "wrong-password", "method": method})
    assert outcome.error["kind"] == "AuthenticationError"
    assert "password" in outcome.error["text"] and "wrong-password" not in outcome.error["text"]
    assert outcome.steps == [] and outcome.pool_whole


@both
@pytest.mark.servers("mpopd")
def test_mpopd_refuses_a_wrong_password(interpreter, certificates):
    with Mpopd(made=certificates) as server:  # one of its own: it makes everybody wait for a while then
        outcome = visit(interpreter, server, ["stat"], login=CLEAR | {"password": "wrong"})
        assert outcome.error["kind"] == "AuthenticationError"


@both
@pytest.mark.servers("dovecot")
def test_no_password_goes_out_in_clear(interpreter, certificates):
    """Neither where the caller did not allow it, nor where the server takes none."""
    with Dovecot(cleartext=False, apop=False, mechanisms=["PLAIN"], made=certificates) as server:
        careful = visit(interpreter, server, login={"user": USER, "password": PASSWORD})
        assert careful.error["kind"] == "CleartextRefused"
        careless = visit(interpreter, server, login=CLEAR)
        assert careless.error["kind"] == "AuthenticationError"
        encrypted = visit(interpreter, server, ["quit"], tls="stls", login={"user": USER, "password": PASSWORD})
        assert (encrypted.error, encrypted.method) == (None, "PLAIN")
        assert server.log().count("Logged out") == 1


# --- reading ---------------------------------------------------------------------------------------------------------


def ways(server: str) -> list:
    return [False, True, "stls"] if server in WITH_TLS else [False]


@both
@pytest.mark.parametrize(
    ("server", "tls", "payload"),
    [(name, tls, payload) for name in KINDS for tls in ways(name) for payload in (128, 1460)],
    indirect=["server"],
)
def test_mails_arrive_byte_for_byte(server, tls, payload, interpreter):
    mails = server.mails(USER)
    retrievals = [["retrieve", number] for number in range(1, len(mails) + 1)]
    outcome = visit(
        interpreter, server, ["stat"], *retrievals, ["quit"], login=CLEAR, tls=tls, payload=payload, packets=2
    )
    assert outcome.error is None
    assert outcome.steps[0][0] == len(mails)
    assert outcome.steps[1:-1] == [digest(mail) for mail in mails]
    assert outcome.pool_whole


@both
@every_server
def test_lists_are_right(server, interpreter):
    count = len(server.mails(USER))
    outcome = visit(interpreter, server, ["list"], ["uidl"], ["size", 2], ["uid", 3], ["check"], ["quit"], login=CLEAR)
    assert outcome.error is None
    sizes, uids, size, uid, check, _ = outcome.steps
    assert [number for number, _ in sizes] == [number for number, _ in uids] == list(range(1, count + 1))
    assert size == sizes[1][1] and uid == uids[2][1]
    assert len({each for _, each in uids}) == count
    assert check == [count, sum(octets for _, octets in sizes), uids]


@both
@pytest.mark.parametrize("server", WITH_TLS, indirect=True)
def test_top_brings_headers_and_lines(server, interpreter):
    mail = server.mails(USER)[1]  # with stuffed dots
    head, gap, body = mail.partition(b"\r\n\r\n")
    outcome = visit(interpreter, server, ["top", 2, 0], ["top", 2, 3], ["top", 2, 1000], ["quit"], login=CLEAR)
    assert outcome.error is None
    lines = body.splitlines(keepends=True)
    assert outcome.steps[:-1] == [
        digest(head + gap),
        digest(head + gap + b"".join(lines[:3])),
        digest(mail),
    ]


@both
def test_a_server_without_top_says_so_and_goes_on(mpopd, interpreter):
    assert visit(interpreter, mpopd, ["top", 1, 0], login=CLEAR).error["kind"] == "ServerError"


@both
@every_server
def test_many_at_once_arrive_in_order(server, interpreter):
    """Pipelined where the server allows it; in any order, twice the same, with packets of any size."""
    mails = server.mails(USER)
    numbers = [3, 1, 14, 1, 8, *range(1, len(mails) + 1)]
    for payload, packets in ((128, 2), (512, 4)):
        outcome = visit(
            interpreter,
            server,
            ["stat"],
            ["retrieve_many", numbers],
            ["noop"],
            ["quit"],
            login=CLEAR,
            payload=payload,
            packets=packets,
        )
        assert outcome.error is None
        assert outcome.steps[1] == [[number, digest(mails[number - 1])] for number in numbers]
        assert outcome.pool_whole


@both
@every_server
def test_a_mail_left_half_read_is_never_a_reply(server, interpreter):
    mails = server.mails(USER)
    outcome = visit(
        interpreter, server, ["retrieve_half", 8], ["size", 1], ["retrieve_half", 13], ["stat"], ["quit"], login=CLEAR
    )
    assert outcome.error is None
    assert 0 < outcome.steps[0] <= 512
    assert outcome.steps[3][0] == len(mails)


@both
@every_server
def test_impossible_numbers_never_reach_the_server(server, interpreter):
    for number in (0, -1, len(sample_mails()) + 1):
        outcome = visit(interpreter, server, ["stat"], ["retrieve", number], login=CLEAR)
        assert outcome.error["kind"] == "InvalidIndex"
        assert outcome.state == "TRANSACTION"


@both
@pytest.mark.servers("dovecot")
def test_two_thousand_mails(interpreter, certificates):
    mails = small_mails(2000)
    with Dovecot(mails=mails, made=certificates) as server:
        outcome = visit(interpreter, server, ["stat"], ["count_uids"], ["fold", 2000], ["quit"], login=CLEAR, tls=True)
    assert outcome.error is None
    assert outcome.steps[0] == [2000, sum(map(len, mails))]
    assert outcome.steps[1][0] == outcome.steps[1][1][0] == 2000
    assert outcome.steps[2] == [2000, hashlib.sha256(b"".join(mails)).hexdigest()]


class Through:
    """A server, reached through a slow link."""

    tls_port = None

    def __init__(self, link: SlowLink, server: KeptServer | Scripted):
        self.host, self.port, self.ca_der = link.host, link.port, server.ca_der


@both
@pytest.mark.parametrize("payload", [128, 512])
@pytest.mark.servers("dovecot")
def test_pipelining_spares_round_trips(payload, interpreter, certificates):
    mails = small_mails(200)
    with Dovecot(mails=mails, made=certificates) as server, SlowLink(server.port, delay_ms=5) as link:
        steps = (["check"], ["fold", 200], ["quit"])
        outcome = visit(interpreter, Through(link, server), *steps, login=CLEAR, payload=payload)
        assert outcome.error is None
        assert outcome.steps[1] == [200, hashlib.sha256(b"".join(mails)).hexdigest()]
        assert link.round_trips < 30


@both
def test_without_pipelining_the_same_calls_work_in_turn(interpreter, certificates):
    mails = small_mails(50)
    without = [name for name in CAPABILITIES if name != "PIPELINING"]
    with Scripted(mails=mails, capabilities=without, made=certificates) as server, SlowLink(server.port) as link:
        outcome = visit(interpreter, Through(link, server), ["check"], ["fold", 50], ["quit"], login=CLEAR)
        assert outcome.error is None
        assert outcome.steps[1] == [50, hashlib.sha256(b"".join(mails)).hexdigest()]
        assert link.turns > 50
        assert [line for line in server.received if line.startswith(b"RETR")] == [
            f"RETR {number}".encode() for number in range(1, 51)
        ]


# --- deleting --------------------------------------------------------------------------------------------------------


@both
@pytest.mark.servers(*KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_only_quit_deletes(kind, interpreter, certificates):
    with KINDS[kind](mails=small_mails(5), made=certificates) as server:
        before = server.mails(USER)
        for steps in (
            [["delete", 2]],  # closed without QUIT
            [["delete", 2], ["delete", 4], ["reset"], ["quit"]],
            [["retrieve_half", 1], ["delete", 1]],
        ):
            outcome = visit(interpreter, server, *steps, login=CLEAR)
            assert outcome.error is None
            assert server.mails(USER) == before
        outcome = visit(interpreter, server, ["stat"], ["delete", 2], ["stat"], ["quit"], login=CLEAR)
        assert outcome.error is None
        assert [outcome.steps[0][0], outcome.steps[2][0]] == [5, 4]
        assert eventually(lambda: server.mails(USER) == [before[0], *before[2:]])
        outcome = visit(interpreter, server, ["retrieve_many", [1, 3], True], ["quit"], login=CLEAR)
        assert outcome.error is None
        assert outcome.steps[0] == [[1, digest(before[0])], [3, digest(before[3])]]
        assert eventually(lambda: server.mails(USER) == [before[2], before[4]])


# --- certificates ----------------------------------------------------------------------------------------------------


ADVICE = {
    "self_signed": ("unknown-ca", "ca="),
    "unknown_root": ("unknown-ca", "ca="),
    "wrong_host": ("wrong-host", "another host name"),
    "expired": ("dates", "clock"),
    "not_yet_valid": ("dates", "clock"),
}


@both
@pytest.mark.parametrize("tls", [True, "stls"])
@pytest.mark.parametrize("name", ADVICE)
def test_a_bad_certificate_is_refused_with_the_right_advice(name, tls, interpreter, certificates):
    reason, words = ADVICE[name]
    with Scripted(certificate=certificates.bad[name], made=certificates) as server:
        outcome = visit(
            interpreter, server, ["stat"], tls=tls, host="localhost", login={"user": USER, "password": PASSWORD}
        )
        assert outcome.error["kind"] == "TLSError"
        assert (outcome.error["reason"], words in outcome.error["text"]) == (reason, True), outcome.error
        assert outcome.pool_whole
        assert server.received in ([], [b"STLS"], [b"CAPA", b"STLS"])  # nothing secret was sent
        server.show(certificates.good)
        mended = visit(
            interpreter, server, ["quit"], tls=tls, host="localhost", login={"user": USER, "password": PASSWORD}
        )
        assert mended.error is None


@both
@pytest.mark.parametrize("server", WITH_TLS, indirect=True)
def test_another_servers_root_is_refused(server, interpreter, certificates):
    """The same of the real servers' TLS libraries, OpenSSL and GnutLS."""

    class Stranger:
        host, port, tls_port, ca_der = server.host, server.port, server.tls_port, certificates.ca_der

    for tls in (True, "stls"):
        outcome = visit(interpreter, Stranger, ["stat"], tls=tls, login={"user": USER, "password": PASSWORD})
        assert (outcome.error["kind"], outcome.error["reason"]) == ("TLSError", "unknown-ca"), outcome.error
        assert outcome.pool_whole


# --- what the servers took their time for ----------------------------------------------------------------------------


@both
@pytest.mark.servers("dovecot")
def test_a_mailbox_in_use_says_so_and_when_to_come_back(early, interpreter):
    outcome = early["test_a_mailbox_in_use_says_so_and_when_to_come_back", interpreter].outcome()
    assert (outcome.error["kind"], outcome.error["code"]) == ("InUse", "IN-USE")
    assert outcome.error["retry"] and outcome.error["retry_after"] > 0
    assert outcome.pool_whole


@both
@pytest.mark.servers("courier")
def test_courier_refuses_a_wrong_password(early, interpreter):
    assert early["test_courier_refuses_a_wrong_password", interpreter].outcome().error["kind"] == "AuthenticationError"
