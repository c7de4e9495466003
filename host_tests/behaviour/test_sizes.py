"""Pools of every size: what does not fit a packet is refused before it is sent, and all else works in one packet."""

import micropop

from host_tests.behaviour.talking import LOGIN, Talking, raises

QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
POOLS = ((64, 1), (128, 1), (512, 2), (1460, 64))


def test_a_whole_session_in_any_pool():
    filler = b" " + b"w" * 400
    stamp = b" <1896.697170952@dbc.mtview.ca.us>"
    mail = b"".join([b"Subject: %d\r\n" % i for i in range(200)])
    turns = (
        (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK" + filler + b"\r\n"),
        (b"STAT\r\n", b"+OK 2 320" + filler + b"\r\n"),
        (b"LIST 2\r\n", b"+OK 2 200" + filler + b"\r\n"),
        (b"UIDL 2\r\n", b"+OK 2 " + b"u" * 400 + b"\r\n"),
        (b"LIST\r\n", b"+OK" + filler + b"\r\n1 120" + filler + b"\r\n2 200\r\n.\r\n"),
        (b"UIDL\r\n", b"+OK\r\n1 " + b"u" * 400 + b"\r\n2 v\r\n.\r\n"),
        (b"CAPA\r\n", b"+OK" + filler + b"\r\nTOP\r\nX-LONG" + filler + b"\r\n.\r\n"),
        (b"RETR 2\r\n", b"+OK 3090 octets" + filler + b"\r\n" + mail + b".\r\n"),
        (b"RETR 9\r\n", b"-ERR [X]" + filler + b"\r\n"),
        (b"DELE 2\r\n", b"+OK" + filler + b"\r\n"),
        (b"QUIT\r\n", b"+OK" + filler + b"\r\n"),
    )
    for payload, packets in POOLS:
        greeting = b"+OK" + filler + stamp + b"\r\n"
        with Talking(*turns, greeting=greeting, logged_in=False, payload=payload, packets=packets) as talk:
            client = talk.connect()
            client.login("mrose", "tanstaaf", method="APOP")
            assert client.stat() == (2, 320)
            client._session.max = 9
            assert client.size(2) == 200
            assert client.uid(2) == b"u" * 400
            assert list(client.list()) == [(1, 120), (2, 200)]
            assert list(client.uidl()) == [(1, b"u" * 400), (2, b"v")]
            assert sorted(client.capabilities()) == ["TOP", "X-LONG"]
            with client.retrieve(2) as message:
                assert message.octets == 3090
                assert b"".join([bytes(packet.data) for packet in message]) == mail
            assert "www" in raises(micropop.ServerError, client.retrieve, 9).text
            client.delete(2)
            assert talk.pool.free == talk.pool.total
            client.quit()


def test_names_and_passwords_that_just_fit_and_just_do_not():
    for payload in (64, 128, 512):
        fits = "n" * (payload - 7)
        turns = ((b"USER " + fits.encode() + b"\r\n", b"+OK\r\n"), (b"PASS " + fits.encode() + b"\r\n", b"+OK\r\n"))
        with Talking(*turns, QUIT, logged_in=False, payload=payload, packets=1) as talk:
            client = talk.connect()
            for name, password in ((fits + "n", "x"), ("x", fits + "n")):
                error = raises(micropop.PayloadTooSmall, client.login, name, password, method="USER", cleartext=True)
                assert error.status == 0xB6 and str(payload) in str(error)
            assert talk.server.sent == b""
            assert client.state == "AUTHORIZATION" and talk.pool.free == 1
            client.login(fits, fits, method="USER", cleartext=True)
            client.quit()


def test_names_that_fit_apop():
    greeting = b"+OK <1896.697170952@dbc.mtview.ca.us>\r\n"
    name = "n" * 24  # 40 octets with it make 64
    apop = b"APOP " + name.encode() + b" c4c9334bac560ecc979e58001b3e22fb\r\n"
    with Talking((apop, b"+OK\r\n"), QUIT, greeting=greeting, logged_in=False, payload=64, packets=1) as talk:
        client = talk.connect()
        raises(micropop.PayloadTooSmall, client.login, name + "n", "tanstaaf", method="APOP")
        assert talk.server.sent == b""
        client.login(name, "tanstaaf", method="APOP")
        client.quit()


def test_commands_that_do_not_fit():
    with Talking(NOOP, QUIT, payload=64, packets=1) as talk:
        client = talk.login()
        sent = talk.server.sent
        raises(micropop.PayloadTooSmall, client.top, 1, int("9" * 60))
        raises(micropop.PayloadTooSmall, client.language, "x" * 60)
        assert talk.server.sent == sent and talk.pool.free == 1
        client.noop()
        client.quit()


def test_a_pool_whose_packets_are_all_in_use():
    with Talking(NOOP, QUIT, packets=2) as talk:
        client = talk.login()
        sent = talk.server.sent
        held = [talk.pool.allocate(), talk.pool.allocate()]
        for call in (client.noop, client.stat, client.list, client.quit, client.check):
            error = raises(micropop.PoolEmpty, call)
            assert error.status == 0x01 and error.retry and not error.fatal
        assert talk.server.sent == sent
        while held:
            held.pop().release()
        client.noop()
        client.quit()


def test_a_login_for_which_no_packet_is_free():
    with Talking(*LOGIN, QUIT, logged_in=False, packets=1) as talk:
        client = talk.connect()
        held = talk.pool.allocate()
        raises(micropop.PoolEmpty, client.login, "mrose", "tanstaaf", method="USER", cleartext=True)
        assert talk.server.sent == b"" and client.state == "AUTHORIZATION"
        held.release()
        client.login("mrose", "tanstaaf", method="USER", cleartext=True)
        client.quit()


def test_two_sessions_share_a_pool():
    mail = b"z" * 300 + b"\r\n"
    turns = ((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), NOOP, QUIT)
    with Talking(*turns, payload=128, packets=2) as talk, Talking(*turns) as other:
        other.pool = talk.pool
        clients = [talk.login(), other.login()]
        messages = [client.retrieve(1) for client in clients]
        read = [b"", b""]
        while not (messages[0].complete and messages[1].complete):
            for i in range(2):
                packet = next(messages[i], None)
                if packet is not None:
                    read[i] += bytes(packet.data)
        assert read == [mail, mail]
        for client in clients:
            client.noop()
            client.quit()
