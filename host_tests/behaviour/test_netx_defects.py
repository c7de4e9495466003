"""The defects that were seen by running the NetX POP3 Client, one test each, by their numbers; none of them is here."""

import micropop

from host_tests.behaviour.fake import CLOSE
from host_tests.behaviour.talking import Talking, raises

QUIT = (b"QUIT\r\n", b"+OK\r\n")
STAMP = b"+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n"
APOP = b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"


def fetched(*said, payload=512, packets=2, number=1):
    """The mail that RETR gives, when the server says ``said``; and the lengths of its packets."""
    with Talking((b"RETR %d\r\n" % number,) + said, QUIT, payload=payload, packets=packets) as talk:
        client = talk.login()
        mail = b""
        lengths = []
        with client.retrieve(number) as message:
            for packet in message:
                mail += bytes(packet.data)
                lengths.append(packet.length)
            assert packet.final and message.complete
        client.quit()
        return mail, lengths


def test_defect_01_a_refused_pass_fails_the_login():
    turns = ((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS wrong\r\n", b"-ERR no\r\n"))
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        raises(micropop.AuthenticationError, client.login, "mrose", "wrong", method="USER", cleartext=True)
        assert client.state == "AUTHORIZATION"
        raises(micropop.InvalidState, client.stat)


def test_defect_02_a_size_cut_by_a_segment():
    with Talking((b"RETR 1\r\n", b"+OK 12", b"0 octets\r\nmail\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        with client.retrieve(1) as message:
            assert message.octets == 120
            assert [bytes(packet.data) for packet in message] == [b"mail\r\n"]
        client.quit()


def test_defect_03_an_end_marker_cut_anywhere():
    whole = b"line\r\n.\r\n"
    for place in range(1, len(whole)):
        mail, _ = fetched(b"+OK\r\n", whole[:place], whole[place:])
        assert mail == b"line\r\n", place


def test_defect_04_an_end_marker_in_a_segment_of_its_own():
    mail, lengths = fetched(b"+OK\r\n", b"line\r\n", b".\r\n")
    assert mail == b"line\r\n" and lengths[-1] == 0


def test_defect_05_a_segment_that_begins_like_an_end_inside_a_line():
    mail, _ = fetched(b"+OK\r\n", b"Dear Sir or Madam", b".\r\n", b"more\r\n", b".\r\n")
    assert mail == b"Dear Sir or Madam.\r\nmore\r\n"


def test_defect_06_stuffed_dots():
    mail, _ = fetched(b"+OK\r\n..dot line\r\n...\r\n..\r\n.\r\n")
    assert mail == b".dot line\r\n..\r\n.\r\n"


def test_defect_07_apop_leaks_no_packet():
    with Talking((APOP, b"+OK\r\n"), QUIT, greeting=STAMP, logged_in=False) as talk:
        client = talk.connect()
        client.login("mrose", "tanstaaf", method="APOP")
        assert talk.pool.free == talk.pool.total
        client.quit()


def test_defect_08_a_mail_left_half_read_leaks_no_packet():
    mail = b"x" * 2000 + b"\r\n.\r\n"
    with Talking((b"RETR 1\r\n", b"+OK\r\n" + mail), (b"RETR 1\r\n", b"+OK\r\n" + mail), QUIT) as talk:
        client = talk.login()
        for _ in range(2):
            with client.retrieve(1) as message:
                next(message)
        assert talk.pool.free == talk.pool.total
        client.quit()


def test_defect_09_mail_is_never_read_as_a_reply():
    mail = b"+OK this is mail\r\n" * 100 + b".\r\n"
    with Talking((b"RETR 1\r\n", b"+OK\r\n" + mail), (b"DELE 1\r\n", b"-ERR locked\r\n"), QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        next(message)
        raises(micropop.InvalidState, client.delete, 1)
        client.discard()
        assert raises(micropop.ServerError, client.delete, 1).text == "locked"
        client.quit()


def test_defect_10_a_reply_in_two_segments():
    with Talking((b"STAT\r\n", b"+OK 2", b" 320\r\n"), (b"LIST 2\r\n", b"+OK 2 200\r\n"), QUIT) as talk:
        client = talk.login()
        assert client.stat() == (2, 320)
        assert client.size(2) == 200
        client.quit()


def test_defect_11_deleting_does_not_renumber():
    turns = (
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"DELE 1\r\n", b"+OK\r\n"),
        (b"STAT\r\n", b"+OK 1 200\r\n"),
        (b"RETR 2\r\n", b"+OK\r\nmail\r\n.\r\n"),
        QUIT,
    )
    with Talking(*turns) as talk:
        client = talk.login()
        client.stat()
        client.delete(1)
        assert client.stat() == (1, 200)
        with client.retrieve(2) as message:
            assert [bytes(packet.data) for packet in message] == [b"mail\r\n"]
        assert raises(micropop.InvalidIndex, client.retrieve, 3).status == 0xB2
        client.quit()


def test_defect_12_numbers_are_those_of_the_reply():
    with Talking((b"LIST 1000\r\n", b"+OK 1000 56\r\n"), QUIT) as talk:
        client = talk.login()
        assert client.size(1000) == 56
        client.quit()


def test_defect_13_sizes_of_many_digits():
    with Talking((b"LIST 1\r\n", b"+OK 1 1234567890123\r\n"), QUIT) as talk:
        client = talk.login()
        assert client.size(1) == 1234567890123
        client.quit()


def test_defect_14_long_names_and_passwords():
    name = "m" * 300
    password = "p" * 300
    turns = ((b"USER " + name.encode() + b"\r\n", b"+OK\r\n"), (b"PASS " + password.encode() + b"\r\n", b"+OK\r\n"))
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.login(name, password, method="USER", cleartext=True)
    with Talking(logged_in=False, payload=128) as talk, talk.connect() as client:
        raises(micropop.PayloadTooSmall, client.login, name, password, method="USER", cleartext=True)
        assert talk.server.sent == b""


def test_defect_15_segments_longer_than_a_payload():
    body = b"y" * 403 + b"\r\n"
    mail, _ = fetched(b"+OK\r\n", body, b".\r\n", payload=256)
    assert mail == body
    mail, _ = fetched(b"+OK\r\n" + body + b".\r\n", payload=256, packets=1)
    assert mail == body


def test_defect_16_a_greeting_longer_than_a_packet():
    greeting = b"+OK " + b"w" * 300 + b" <1896.697170952@dbc.mtview.ca.us>\r\n"
    with Talking((APOP, b"+OK\r\n"), greeting=greeting, logged_in=False, payload=128) as talk, talk.connect() as client:
        assert client.greeting == greeting[:-2]
        client.login("mrose", "tanstaaf", method="APOP")


def test_defect_17_a_long_banner_gives_the_right_digest():
    greeting = b"+OK " + b"b" * 100 + b" " + STAMP[4:]
    with Talking((APOP, b"+OK\r\n"), greeting=greeting, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", method="APOP")


def test_defect_18_a_failure_gives_an_error_and_no_values():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        raises(micropop.InvalidState, client.stat)
        assert talk.server.sent == b""


def test_defect_19_a_failed_start_closes_the_socket():
    for greeting, kind in (
        (b"-ERR [SYS/TEMP] later\r\n", micropop.TemporaryFailure),
        (b"220 smtp\r\n", micropop.ProtocolError),
        ((b"+OK re", CLOSE), micropop.ConnectionLost),
    ):
        with Talking(greeting=greeting, logged_in=False) as talk:
            raises(kind, talk.connect)  # leaving the context checks that the socket is closed


def test_defect_20_nothing_is_injected_and_no_secret_stays():
    for name, password in (("m\r\nDELE 1", "p"), ("m", "p\r\nDELE 1"), ("m\n", "p"), ("m\0", "p"), ("m", "\x7f")):
        with Talking(logged_in=False) as talk, talk.connect() as client:
            raises(micropop.InvalidArgument, client.login, name, password, cleartext=True)
            assert talk.server.sent == b""
    with Talking() as talk:
        client = talk.login()
        assert bytes(talk.pool.memory).find(b"tanstaaf") < 0
        client.close()
        assert bytes(talk.pool.memory).find(b"tanstaaf") < 0


def test_defect_21_a_server_that_closes_inside_a_mail():
    with Talking((b"RETR 1\r\n", b"+OK\r\nhalf a line", CLOSE)) as talk:
        client = talk.login()
        message = client.retrieve(1)
        raises(micropop.ConnectionLost, list, message)
        assert not message.complete and client.state == "CLOSED"


def test_apop_falls_back_to_the_password_only_if_the_caller_allows_it():
    turns = (
        (b"CAPA\r\n", b"-ERR\r\n"),
        (APOP, b"-ERR no\r\n"),
        (b"USER mrose\r\n", b"+OK\r\n"),
        (b"PASS tanstaaf\r\n", b"+OK\r\n"),
    )
    with Talking(*turns, greeting=STAMP, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        assert client.method == "USER"
    with Talking(*turns[:2], greeting=STAMP, logged_in=False) as talk, talk.connect() as client:
        raises(micropop.AuthenticationError, client.login, "mrose", "tanstaaf")
        assert b"PASS" not in talk.server.sent
