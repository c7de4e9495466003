"""Servers as they are: what they say differs from the RFCs, and from one another, and mail is read all the same."""

import micropop

from host_tests.behaviour import layers
from host_tests.behaviour.fake import CLOSE
from host_tests.behaviour.talking import LOGIN, Talking, raises

QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")


def read(message):
    return b"".join([bytes(packet.data) for packet in message])


def body(*said, payload=512):
    """The mail that is read when RETR is answered with ``+OK`` and what is ``said``; the session then is in step."""
    with Talking((b"RETR 1\r\n", b"+OK\r\n") + said, NOOP, QUIT, payload=payload) as talk:
        client = talk.login()
        mail = read(client.retrieve(1))
        client.noop()
        client.quit()
        return mail


def bodies(sent, mail):
    """Check that ``sent`` is read as ``mail``: in one segment, cut at every place, and in packets that it fills."""
    for cut in range(0, len(sent), 1 if layers.chosen == layers.LAYERS[0] else 5):
        assert body(sent[:cut], sent[cut:]) == mail, cut
    for payload in range(64, 80):
        lead = b"-" * 57 + b"\r\n"
        assert body(lead + sent, payload=payload) == lead + mail, payload


def answered(reply, call):
    """What ``call(client)`` gives in a session where its command, whatever it is, is answered with ``reply``."""
    with Talking((lambda line: reply,), NOOP, QUIT) as talk:
        client = talk.login()
        found = call(client)
        client.noop()
        client.quit()
        return found


def broken(reply, call):
    """Check that a ProtocolError ends a session in which the command of ``call(client)`` is answered so."""
    with Talking((lambda line: reply,)) as talk, talk.login() as client:
        raises(micropop.ProtocolError, call, client)
        assert client.state == "CLOSED"


# -- framing


def test_lines_that_end_in_a_bare_lf():
    turns = (
        (b"STAT\r\n", b"+OK 2 30\n"),
        (b"LIST\r\n", b"+OK\n1 10\n2 20\n.\n"),
        (b"RETR 1\r\n", b"+OK\nSubject: x\n\n..dot\nbody\n.\n"),
        (b"RETR 2\r\n", b"+OK\r\nmixed\n..\r\n.\n"),
        (b"QUIT\r\n", b"+OK\n"),
    )
    with Talking(*turns, greeting=b"+OK ready\n") as talk:
        client = talk.login()
        assert client.stat() == (2, 30)
        assert list(client.list()) == [(1, 10), (2, 20)]
        assert read(client.retrieve(1)) == b"Subject: x\n\n.dot\nbody\n"
        assert read(client.retrieve(2)) == b"mixed\n.\r\n"
        client.quit()


def test_an_end_with_either_line_end():
    bodies(b"one\n.\n", b"one\n")
    bodies(b"one\r\n.\n", b"one\r\n")
    bodies(b"one\n.\r\n", b"one\n")


def test_the_end_as_the_first_line():
    for end in (b".\r\n", b".\n"):
        for cut in range(len(end)):
            assert body(end[:cut], end[cut:]) == b""
    assert answered(b"+OK\r\n.\r\n", lambda client: list(client.list())) == []
    assert answered(b"+OK\r\n.\r\n", lambda client: list(client.uidl())) == []


def test_a_dot_that_was_not_stuffed_is_kept():
    bodies(b".forward\r\nx\r\n.\r\n", b".forward\r\nx\r\n")
    bodies(b"x\r\n.\rforward\r\n.\r\n", b"x\r\n.\rforward\r\n")
    bodies(b"x\r\n. \r\n.\r\n", b"x\r\n. \r\n")


def test_dots_elsewhere_are_dots():
    bodies(b"a.b\r\n..\r\n...\r\n. .\r\nend.\r\n.\r\n", b"a.b\r\n.\r\n..\r\n. .\r\nend.\r\n")


def test_octets_of_every_kind_pass():
    mail = bytes([octet for octet in range(256) if octet not in (10, 46)]) + b"\r\n"
    bodies(mail + b".\r\n", mail)
    bodies(b"a\0b\r\n\0\r\n.\r\n", b"a\0b\r\n\0\r\n")


def test_bare_carriage_returns_pass():
    bodies(b"a\rb\r\r\n\r\r\n.\r\n", b"a\rb\r\r\n\r\r\n")  # as Courier serves mails that were stored with CRLF
    bodies(b"x\r\n.\r\r\n.\r\n", b"x\r\n.\r\r\n")
    bodies(b"x\r.\r\n.\r\n", b"x\r.\r\n")


def test_lines_of_any_length_pass():
    for length in (63, 64, 65, 997, 998, 4000):
        mail = b"h" * length + b"\r\n"
        for payload in (64, 512):
            assert body(mail + b".\r\n", payload=payload) == mail


def test_an_empty_line_in_front_of_the_end():
    bodies(b"x\r\n\r\n.\r\n", b"x\r\n\r\n")
    bodies(b"\r\n.\r\n", b"\r\n")


def test_status_lines_without_text_and_with_odd_spaces():
    for reply in (b"+OK\r\n", b"+OK \r\n", b"+OK  \r\n", b"+OK\tfine\r\n", b"+ok\r\n"):
        answered(reply, lambda client: client.noop())
    for reply in (b"-ERR\r\n", b"-ERR \r\n", b"-err\tno\r\n"):
        answered(reply, lambda client: raises(micropop.ServerError, client.noop))


def test_reply_lines_as_long_as_the_rfc_allows():
    line = b"+OK 2 320 " + b"x" * 500 + b"\r\n"  # 512 octets
    for payload in (64, 128, 512, 1460):
        with Talking((b"STAT\r\n", line), QUIT, payload=payload) as talk:
            client = talk.login()
            assert client.stat() == (2, 320)
            client.quit()


def test_a_reply_line_may_be_as_long_as_a_packet():
    with Talking((b"STAT\r\n", b"+OK 2 320 " + b"x" * 1400 + b"\r\n"), QUIT, payload=1460) as talk:
        client = talk.login()
        assert client.stat() == (2, 320)
        client.quit()


def test_list_and_uidl_without_argument_end_without_a_space():
    with Talking((b"LIST\r\n", b"+OK\r\n.\r\n"), (b"UIDL\r\n", b"+OK\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        assert list(client.list()) == list(client.uidl()) == []
        client.quit()


def test_the_answer_to_quit_is_waited_for():
    with Talking((b"QUIT\r\n", 9000, b"+OK\r\n")) as talk:
        client = talk.login()
        client.quit()
        assert talk.clock.now == 9000 or talk.clock.now - 9000 < 10  # some layers look every few milliseconds
        assert talk.server.quiet()


# -- element by element


def test_greetings_that_refuse():
    for greeting, kind, code in (
        (b"-ERR [SYS/TEMP] maintenance\r\n", micropop.TemporaryFailure, "SYS/TEMP"),
        (b"-ERR [SYS/PERM] no more\r\n", micropop.PermanentFailure, "SYS/PERM"),
        (b"-ERR too many connections\r\n", micropop.ServerError, ""),
    ):
        with Talking(greeting=greeting, logged_in=False) as talk:
            assert raises(kind, talk.connect).code == code


def test_greetings_of_other_protocols():
    for greeting in (
        b"220 mail ESMTP\r\n",
        b"* OK IMAP4\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 400\r\n",
        b"\r\n",
        b"\n",
    ):
        with Talking(greeting=greeting, logged_in=False, packets=1) as talk:
            assert "POP3" in str(raises(micropop.ProtocolError, talk.connect))


def test_greetings_with_odd_timestamps():
    for greeting, apop in (
        (b"+OK\r\n", False),
        (b"+OK <no at sign>\r\n", False),
        (b"+OK <1@b> <2@b>\r\n", True),
        (b"+OK a < b, <1@b>\r\n", True),
        (b"+OK <1@b\r\n", False),
    ):
        turns = ((lambda line: b"+OK\r\n",),) if apop else ()
        with Talking(*turns, greeting=greeting, logged_in=False) as talk, talk.connect() as client:
            if apop:
                client.login("mrose", "tanstaaf", method="APOP")
            else:
                raises(micropop.AuthenticationError, client.login, "mrose", "tanstaaf", method="APOP")


def test_capa_refused_and_login_all_the_same():
    with Talking((b"CAPA\r\n", b"-ERR what?\r\n"), *LOGIN, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        assert client.method == "USER"


def test_what_capa_does_not_list_works_all_the_same():
    capa = ((b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n"),)
    turns = capa + LOGIN + capa + ((b"UIDL 1\r\n", b"+OK 1 abc\r\n"),)
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        assert "UIDL" not in client.capabilities()
        assert client.uid(1) == b"abc"


def test_capa_without_sasl_and_a_mechanism_by_name():
    with Talking((b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n"), logged_in=False) as talk:
        with talk.connect() as client:
            client.login("mrose", "tanstaaf", method="PLAIN", cleartext=True)


def test_dots_are_taken_off_in_listings_too():
    found = answered(b"+OK\r\n..X-DOT\r\nTOP\r\n.\r\n", lambda client: client.capabilities())
    assert sorted(found) == [".X-DOT", "TOP"]


def test_stat_with_more_than_two_numbers():
    for reply in (
        b"+OK 2 320\r\n",
        b"+OK  2   320\r\n",
        b"+OK 2 320 messages\r\n",
        b"+ok\t2\t320 \r\n",
        b"+OK 2 320 9 8\r\n",
    ):
        assert answered(reply, lambda client: client.stat()) == (2, 320)


def test_stat_without_octets():
    for reply in (
        b"+OK 3\r\n",
        b"+OK 3 -1794967296\r\n",  # 32 bits were too few
        b"+OK 3 messages\r\n",
        b"+OK 3 (12345 octets)\r\n",
    ):
        assert answered(reply, lambda client: client.stat()) == (3, None)


def test_stat_without_numbers():
    for reply in (b"+OK\r\n", b"+OK -1 320\r\n", b"+OK two mails\r\n", b"+OK 2,320\r\n", b"+OK 9999999999 1\r\n"):
        with Talking((b"STAT\r\n", reply)) as talk, talk.login() as client:
            raises(micropop.ProtocolError, client.stat)
            assert client.state == "CLOSED"


def test_list_with_extra_text_and_odd_numbers():
    reply = b"+OK 3 mails\r\n1 120 octets\r\n2  0\r\n 3 8589934592\r\n.\r\n"  # 2 was deleted; 3 has 8 GiB
    assert answered(reply, lambda client: list(client.list())) == [(1, 120), (2, 0), (3, 8589934592)]
    assert answered(b"+OK 5 77 octets\r\n", lambda client: client.size(5)) == 77


def test_a_listed_mail_is_there_whatever_stat_says_before_or_behind():
    stat = (b"STAT\r\n", b"+OK 2 600\r\n")
    for verb in (b"LIST", b"UIDL"):
        listed = (verb + b"\r\n", b"+OK\r\n1 300\r\n3 300\r\n.\r\n")
        for turns in ((stat, listed), (listed, stat)):
            with Talking(*turns, (b"DELE 3\r\n", b"+OK\r\n")) as talk, talk.login() as client:
                for turn in turns:
                    if turn is stat:
                        assert client.stat() == (2, 600)
                    else:
                        assert len(list(getattr(client, verb.decode().lower())())) == 2
                client.delete(3)
                raises(micropop.InvalidIndex, client.delete, 4)


def test_list_without_numbers():
    for line in (b"", b"1", b"1 many", b"-1 5", b"1 -5", b"one 5", b"1073741824 5", b"9999999999999999999 5"):
        with Talking((b"LIST\r\n", b"+OK\r\n" + line + b"\r\n.\r\n")) as talk, talk.login() as client:
            raises(micropop.ProtocolError, list, client.list())
            assert client.state == "CLOSED"


def test_an_answer_about_another_mail():
    for call in (lambda client: client.size(5), lambda client: client.uid(5)):
        with Talking((lambda line: b"+OK 6 120\r\n",)) as talk, talk.login() as client:
            raises(micropop.ProtocolError, call, client)


def test_uidl_that_the_server_does_not_have():
    for call in (lambda client: client.uidl(), lambda client: client.uid(1)):
        answered(b"-ERR unimplemented\r\n", lambda client, call=call: raises(micropop.ServerError, call, client))


def test_unique_ids_that_break_the_rules():
    lines = (
        (b"1 " + b"u" * 300, b"u" * 300),
        (b"2 with some spaces", b"with some spaces"),
        (b"3 \xc3\xbcber\xff", b"\xc3\xbcber\xff"),
        (b"4 same", b"same"),
        (b"5 same", b"same"),
        (b"6", b""),
        (b"7  two-spaces  ", b"two-spaces"),
        (b"8 1 2", b"1 2"),
    )
    reply = b"+OK\r\n" + b"".join([line + b"\r\n" for line, _ in lines]) + b".\r\n"
    expected = [(i + 1, lines[i][1]) for i in range(len(lines))]
    assert answered(reply, lambda client: list(client.uidl())) == expected
    for number, uid in expected:
        assert answered(b"+OK %s\r\n" % lines[number - 1][0], lambda client, n=number: client.uid(n)) == uid
    assert answered(b"+OK the-id-alone\r\n", lambda client: client.uid(1)) == b"the-id-alone"


def test_unique_ids_of_dots():
    assert answered(b"+OK\r\n1 .\r\n2 ..\r\n.\r\n", lambda client: list(client.uidl())) == [(1, b"."), (2, b"..")]


def test_what_retr_says_about_the_size():
    for reply, octets in (
        (b"+OK 171 octets\r\n", 171),  # Dovecot
        (b"+OK 171 octets follow.\r\n", 171),  # Courier
        (b"+OK Message follows\r\n", None),  # Cyrus
        (b"+OK\r\n", None),
        (b"+OK 5000000000 octets\r\n", 5000000000),
        (b"+OK 171octets\r\n", None),
        (b"+OK -3 octets\r\n", None),
    ):
        with Talking((b"RETR 1\r\n", reply + b"mail\r\n.\r\n"), QUIT) as talk:
            client = talk.login()
            message = client.retrieve(1)
            assert message.octets == octets
            assert read(message) == b"mail\r\n"
            client.quit()


def test_numbers_of_any_length():
    """A size has 19 digits at the most, a count of mails 9, however many of them are zeros: a longer one is none."""

    def octets(reply):
        with Talking((b"RETR 1\r\n", reply + b"mail\r\n.\r\n"), QUIT) as talk:
            client = talk.login()
            message = client.retrieve(1)
            found = message.octets
            assert read(message) == b"mail\r\n"
            client.quit()
            return found

    for digits, known in ((19, True), (20, False)):
        size = b"9" * digits
        number = b"0" * (digits - 1) + b"5"
        assert octets(b"+OK " + size + b" octets\r\n") == (int(size) if known else None)
        assert answered(b"+OK 2 " + size + b"\r\n", lambda client: client.stat())[1] == (int(size) if known else None)
        for line, call, found in (
            (b"+OK 5 " + size, lambda client: client.size(5), int(size)),
            (b"+OK " + size, lambda client: client.size(5), int(size)),
            (b"+OK " + number + b" 7", lambda client: client.size(5), 7),
            (b"+OK\r\n5 " + size + b"\r\n.", lambda client: list(client.list()), [(5, int(size))]),
            (b"+OK\r\n" + number + b" 7\r\n.", lambda client: list(client.list()), [(5, 7)]),
            (b"+OK\r\n1073741823 7\r\n.", lambda client: list(client.list()), [(1073741823, 7)]),
            (b"+OK\r\n" + number + b" a\r\n.", lambda client: list(client.uidl()), [(5, b"a")]),
            (b"+OK\r\n1073741823 a\r\n.", lambda client: list(client.uidl()), [(1073741823, b"a")]),
            (b"+OK " + number + b" a", lambda client: client.uid(5), b"a"),
        ):
            if known:
                assert answered(line + b"\r\n", call) == found, line
            elif size in line or number in line:
                broken(line + b"\r\n", call)
    assert answered(b"+OK 000000002 7\r\n", lambda client: client.stat()) == (2, 7)
    broken(b"+OK 0000000002 7\r\n", lambda client: client.stat())
    broken(b"+OK\r\n1073741824 a\r\n.\r\n", lambda client: list(client.uidl()))
    for digits in (9, 10):
        for more in (b"", b" 1"):
            reply = b"+OK\r\nEXPIRE %s\r\nLOGIN-DELAY %s\r\n.\r\n" % (b"7" * digits + more, b"8" * digits + more)
            found = answered(reply, lambda client: client.capabilities())
            assert (found.expire, found.login_delay) == ((777777777, 888888888) if digits == 9 else (None, None))


def test_sizes_that_lie_do_not_cut_or_stretch_a_mail():
    mail = b"0123456789\r\n" * 50
    for claim in (0, 1, 599, 601, 100000, 1 << 40):
        with Talking((b"RETR 1\r\n", b"+OK %d octets\r\n" % claim + mail + b".\r\n"), QUIT) as talk:
            client = talk.login()
            assert read(client.retrieve(1)) == mail
            client.quit()


# -- providers


def test_outlook_drops_who_is_idle():
    with Talking((b"NOOP\r\n", CLOSE)) as talk:
        client = talk.login()
        talk.clock.now += 61000
        error = raises(micropop.ConnectionLost, client.noop)
        assert error.retry
        assert client.state == "CLOSED"


def test_gmail_allows_pipelining_only_behind_the_login():
    turns = (
        (b"CAPA\r\n", b"+OK\r\nUSER\r\nSASL PLAIN XOAUTH2\r\n.\r\n"),
        (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n"),
        (b"CAPA\r\n", b"+OK\r\nUIDL\r\nPIPELINING\r\n.\r\n"),
        (b"STAT\r\nUIDL\r\n", b"+OK 1 9\r\n", b"+OK\r\n1 GmailId1\r\n.\r\n"),
    )
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        count, octets, uids = client.check()
        assert (count, octets, list(uids)) == (1, 9, [(1, b"GmailId1")])


def test_gmail_takes_recent_in_front_of_the_name():
    turns = ((b"USER recent:mrose@example.org\r\n", b"+OK\r\n"), LOGIN[1])
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.login("recent:mrose@example.org", "tanstaaf", method="USER", cleartext=True)


def test_mercury_deletes_on_retr():
    turns = (
        (b"STAT\r\n", b"+OK 2 20\r\n"),
        (b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\n"),
        (b"DELE 1\r\n", b"-ERR it is deleted already\r\n"),
        (b"RETR 2\r\n", b"+OK\r\nmail\r\n.\r\n"),
        QUIT,
    )
    with Talking(*turns) as talk:
        client = talk.login()
        client.stat()
        read(client.retrieve(1))
        raises(micropop.ServerError, client.delete, 1)
        assert read(client.retrieve(2)) == b"mail\r\n"
        client.quit()


def test_top_that_is_cut_short_or_too_long():
    for mail in (b"", b"Subject: x\r\n", b"Subject: x\r\n\r\n" + b"line\r\n" * 500):
        with Talking((b"TOP 1 0\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as talk:
            client = talk.login()
            assert read(client.top(1)) == mail
            client.quit()


def test_courier_loses_what_is_sent_before_a_login_is_answered():
    def turn(reply):
        def answer(line):
            assert talk.server.sent.endswith(line), "more was sent behind it"
            assert talk.server.quiet(), "sent before the last answer was read"
            return reply

        return (answer,)

    for method, replies in (
        ("USER", (b"+OK\r\n", b"+OK\r\n")),
        ("PLAIN", (b"+OK\r\n",)),
        ("LOGIN", (b"+ VXNlcm5hbWU6\r\n", b"+ UGFzc3dvcmQ6\r\n", b"+OK\r\n")),
    ):
        turns = [turn(reply) for reply in replies]
        turns.append((b"STAT\r\nUIDL\r\n", b"+OK 0 0\r\n+OK\r\n.\r\n"))
        with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
            client.pipelining = True  # as known from the last session
            client.login("mrose", "tanstaaf", method=method, cleartext=True)
            client.check()[2].close()


def test_dovecot_hangs_up_after_too_many_errors():
    turns = ((b"NOOP\r\n", b"-ERR unknown\r\n"), (b"NOOP\r\n", b"-ERR too many\r\n", CLOSE), (b"NOOP\r\n",))
    with Talking(*turns) as talk, talk.login() as client:
        raises(micropop.ServerError, client.noop)
        raises(micropop.ServerError, client.noop)
        raises(micropop.ConnectionLost, client.noop)
