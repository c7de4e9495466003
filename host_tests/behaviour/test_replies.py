"""What the server says of a command, and of itself: typed errors (RFC 2449, RFC 3206) and capabilities."""

import micropop

from host_tests.behaviour.talking import Talking, raises

QUIT = (b"QUIT\r\n", b"+OK\r\n")


def refused(reply, at_login=False):
    """The error that an -ERR gives, to NOOP or to PASS."""
    if at_login:
        turns = ((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS tanstaaf\r\n", reply))
        with Talking(*turns, logged_in=False) as talk:
            with talk.connect() as client:
                error = raises(micropop.Error, client.login, "mrose", "tanstaaf", method="USER", cleartext=True)
                assert client.state == "AUTHORIZATION"
            return error
    with Talking((b"NOOP\r\n", reply), (b"NOOP\r\n", b"+OK\r\n"), QUIT) as talk:
        client = talk.login()
        error = raises(micropop.Error, client.noop)
        client.noop()  # the session goes on
        client.quit()
        return error


def test_response_codes_are_typed():
    for reply, kind, code, retry in (
        (b"-ERR [IN-USE] locked\r\n", micropop.InUse, "IN-USE", True),
        (b"-ERR [LOGIN-DELAY] too soon\r\n", micropop.LoginDelay, "LOGIN-DELAY", True),
        (b"-ERR [SYS/TEMP] disk\r\n", micropop.TemporaryFailure, "SYS/TEMP", True),
        (b"-err [sys/perm] gone\r\n", micropop.PermanentFailure, "SYS/PERM", False),
        (b"-ERR [AUTH] no\r\n", micropop.AuthenticationError, "AUTH", False),
    ):
        for at_login in (False, True):
            error = refused(reply, at_login)
            assert type(error) is kind, (reply, error)
            assert error.code == code and error.retry is retry and not error.fatal


def test_in_use_says_when_to_come_back():
    assert refused(b"-ERR [IN-USE] x\r\n", True).retry_after > 0


def test_unknown_codes_are_kept():
    error = refused(b"-ERR [X-MOON/FULL] howling\r\n")
    assert type(error) is micropop.ServerError
    assert error.code == "X-MOON/FULL" and error.text == "howling"
    assert error.retry_after is None


def test_a_login_refused_without_a_code_is_about_name_or_password():
    assert type(refused(b"-ERR no such mailbox\r\n", True)) is micropop.AuthenticationError
    assert type(refused(b"-ERR what?\r\n")) is micropop.ServerError


def test_texts_are_kept_and_made_printable():
    assert refused(b"-ERR   two  words \r\n").text == "two  words"
    assert refused(b"-ERR\r\n").text == ""
    assert refused(b"-ERR caf\xc3\xa9 \x1b[31m\r\n").text == "caf\xe9 ?[31m"
    for reply, code, text in (
        (b"-ERR [no end of a code\r\n", "", "[no end of a code"),
        (b"-ERR no [CODE] in front\r\n", "", "no [CODE] in front"),
        (b"-ERR no code] at all\r\n", "", "no code] at all"),
        (b"-ERR [X]no space\r\n", "X", "no space"),
        (b"-ERR []\r\n", "", ""),
    ):
        error = refused(reply)
        assert (error.code, error.text) == (code, text)


def test_no_error_shows_a_secret():
    error = refused(b"-ERR the password tanstaaf is wrong, so is dGFuc3RhYWY6dGFuc3RhYWY=\r\n", True)
    assert "tanstaaf" not in str(error) + repr(error) + error.text
    assert "dGFuc3Rh" not in str(error)


def test_status_words_in_any_case():
    with Talking((b"NOOP\r\n", b"+ok\r\n"), (b"NOOP\r\n", b"+Ok fine\r\n"), QUIT) as talk:
        client = talk.login()
        client.noop()
        client.noop()
        client.quit()


def test_other_words_are_no_status():
    for reply in (b"+OKAY\r\n", b"-ERROR\r\n", b"OK\r\n", b"\r\n", b"* OK\r\n", b"+\r\n", b"220 smtp\r\n"):
        with Talking((b"NOOP\r\n", reply)) as talk:
            client = talk.login()
            assert raises(micropop.ProtocolError, client.noop).fatal
            assert client.state == "CLOSED"


def contents(found):
    """As a plain dict, which MicroPython's dict() makes of plain dicts only."""
    return {name: found[name] for name in found}


CAPA = (
    b"+OK capabilities\r\nCAPA\r\ntop\r\nUidl\r\nSASL plain LOGIN\r\nSASL SCRAM-SHA-256 plain\r\n"
    b"LOGIN-DELAY 900 USER\r\nEXPIRE 31 USER\r\nIMPLEMENTATION Shlemazle-Plotz v302\r\n\r\n.\r\n"
)


def test_capabilities_are_read_leniently():
    with Talking((b"CAPA\r\n", CAPA), QUIT) as talk:
        client = talk.login()
        found = client.capabilities()
        assert contents(found) == {
            "TOP": [],
            "UIDL": [],
            "SASL": ["PLAIN", "LOGIN", "SCRAM-SHA-256"],
            "LOGIN-DELAY": ["900", "USER"],
            "EXPIRE": ["31", "USER"],
            "IMPLEMENTATION": ["Shlemazle-Plotz", "v302"],
        }
        assert found.login_delay == 900 and found.expire == 31
        assert found.implementation == "Shlemazle-Plotz v302"
        assert client.capabilities() is found  # not asked twice
        client.quit()


def test_capabilities_of_odd_octets():
    with Talking((b"CAPA\r\n", b"+OK\r\nTOP\x7f\x1bUSER\xff\0X\tY\r\n \x1f\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        assert contents(client.capabilities()) == {"TOP": ["USER", "X", "Y"]}
        client.quit()


def test_capabilities_that_say_nothing():
    with Talking((b"CAPA\r\n", b"+OK\r\nEXPIRE NEVER\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        found = client.capabilities()
        assert found.expire is None and found.login_delay is None and found.implementation is None
        client.quit()


def test_servers_without_capa():
    with Talking((b"CAPA\r\n", b"-ERR unknown\r\n"), QUIT) as talk:
        client = talk.login()
        assert contents(client.capabilities()) == {}
        client.quit()


def test_capabilities_are_asked_again_after_login():
    turns = (
        (b"CAPA\r\n", b"+OK\r\nUSER\r\n.\r\n"),
        (b"USER mrose\r\n", b"+OK\r\n"),
        (b"PASS tanstaaf\r\n", b"+OK\r\n"),
        (b"CAPA\r\n", b"+OK\r\nPIPELINING\r\n.\r\n"),
        QUIT,
    )
    with Talking(*turns, logged_in=False) as talk:
        client = talk.connect()
        assert "USER" in client.capabilities()
        client.login("mrose", "tanstaaf", cleartext=True)
        assert contents(client.capabilities()) == {"PIPELINING": []}
        client.quit()


def test_the_delay_between_logins_is_known_from_capa():
    for said, kind, delay in (
        (b"[LOGIN-DELAY] too soon", micropop.LoginDelay, 300),
        (b"[AUTH] no", micropop.AuthenticationError, None),
    ):
        turns = (
            (b"CAPA\r\n", b"+OK\r\nLOGIN-DELAY 300\r\n.\r\n"),
            (b"USER mrose\r\n", b"+OK\r\n"),
            (b"PASS tanstaaf\r\n", b"-ERR " + said + b"\r\n"),
        )
        with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
            error = raises(kind, client.login, "mrose", "tanstaaf", cleartext=True)
            assert error.retry_after == delay
