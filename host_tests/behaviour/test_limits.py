"""A server that never ends, trickles, or falls silent: bounded memory, a typed error in time, nothing left behind."""

import micropop

from host_tests.behaviour import layers
from host_tests.behaviour.talking import Talking, raises

NEED_WAIT = (
    "test_silence_instead_of_a_greeting",
    "test_the_watchdog_is_fed_while_waiting",
    "test_a_command_that_is_slow_to_go_has_no_more_time",
)
QUIT = (b"QUIT\r\n", b"+OK\r\n")
RETR = b"RETR 1\r\n"
LIST = b"LIST\r\n"


def over_and_done(talk, client):
    """The client is closed, and all is given back."""
    assert client.state == "CLOSED"
    assert talk.server.closed
    assert talk.pool.free == talk.pool.total
    raises(micropop.InvalidState, client.noop)


def trickled(octets, gap):
    """One byte each ``gap`` milliseconds."""
    said = []
    for i in range(len(octets)):
        said.append(gap)
        said.append(octets[i : i + 1])
    return tuple(said)


def test_an_endless_greeting():
    for payload in (64, 128, 512, 1460):
        with Talking(greeting=b"+OK " + b"x" * 5000, logged_in=False, payload=payload) as talk:
            raises(micropop.ProtocolError, talk.connect)
            assert talk.pool.free == talk.pool.total


def test_an_endless_reply():
    for payload in (64, 512, 1460):
        with Talking((b"NOOP\r\n", b"+OK " + b"x" * 5000), payload=payload) as talk:
            client = talk.login()
            raises(micropop.ProtocolError, client.noop)
            over_and_done(talk, client)


def test_the_longest_reply_is_a_packet_s_or_512_octets():
    for payload in (64, 128, 512, 1460):
        longest = b"+OK " + b"x" * (506 if payload <= 512 else payload - 6) + b"\r\n"
        with Talking((b"NOOP\r\n", longest), QUIT, payload=payload) as talk:
            client = talk.login()
            client.noop()
            client.quit()
        with Talking((b"NOOP\r\n", b"+OK " + b"x" * (512 + 2 * payload)), payload=payload) as talk:
            client = talk.login()
            raises(micropop.ProtocolError, client.noop)  # and waits for no more
            over_and_done(talk, client)


def test_an_endless_line_in_a_listing():
    with Talking((b"UIDL\r\n", b"+OK\r\n1 " + b"x" * 5000)) as talk:
        client = talk.login()
        raises(micropop.ProtocolError, next, client.uidl())
        over_and_done(talk, client)


def test_an_endless_listing_is_a_stream_that_can_be_left():
    lines = b"7 100\r\n" * 40000
    with Talking((b"LIST\r\n", b"+OK\r\n" + lines)) as talk:
        client = talk.login()
        listing = client.list()
        for _ in range(100):
            assert next(listing) == (7, 100)
        error = raises(micropop.LimitExceeded, listing.close)  # reads on up to a bound
        assert error.fatal and "leftover" in str(error)
        over_and_done(talk, client)


def test_an_endless_list_of_capabilities():
    with Talking((b"CAPA\r\n", b"+OK\r\n" + b"".join([b"X-%d Y Z\r\n" % i for i in range(9000)]))) as talk:
        client = talk.login()
        raises(micropop.ProtocolError, client.capabilities)
        over_and_done(talk, client)


def test_many_capabilities_cost_bounded_memory():
    lines = b"".join([b"X-%d\r\n" % i for i in range(3000)])
    with Talking((b"CAPA\r\n", b"+OK\r\n" + lines + b".\r\n"), QUIT) as talk:
        client = talk.login()
        assert len(client.capabilities()) <= 64
        client.quit()


def test_of_long_capabilities_the_first_2048_octets_count():
    lines = [b"X-%02d " % i + b"y" * 93 + b"\r\n" for i in range(50)]
    with Talking((b"CAPA\r\n", b"+OK\r\n" + b"".join(lines) + b"TOP\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        found = client.capabilities()
        assert 15 <= len(found) <= 20 and "X-00" in found and "TOP" not in found
        client.quit()


def test_how_many_capabilities_are_known_and_how_many_are_borne():
    """The first 64 and 2,048 octets; what exceeds 65,536 ends the session. Each line comes by itself."""

    def found(*lines):
        with Talking((b"CAPA\r\n", b"+OK\r\n") + lines + (b".\r\n",), QUIT) as talk:
            client = talk.login()
            names = sorted(client.capabilities())
            client.quit()
            return names

    assert found(*[b"X-%02d\r\n" % i for i in range(70)]) == ["X-%02d" % i for i in range(64)]
    for more in range(2):
        lines = [b"X-%d " % i + b"y" * 250 + b"\r\n" for i in range(9)]
        lines[1] = b" " * more + lines[1]
        assert found(*lines) == ["X-%d" % i for i in range(8 - more)]
    line = b"X " + b"y" * 60 + b"\r\n"
    assert found(*[line] * 1024) == ["X"]
    with Talking((b"CAPA\r\n", b"+OK\r\n", b"X" + line) + (line,) * 1023) as talk:
        client = talk.login()
        raises(micropop.ProtocolError, client.capabilities)
        over_and_done(talk, client)


def test_a_mail_longer_than_the_limit():
    mail = b"Subject: x\r\n\r\n" + b"y" * 3000 + b"\r\n"
    with Talking((b"RETR 1\r\n", b"+OK 10 octets\r\n" + mail + b".\r\n"), (b"NOOP\r\n", b"+OK\r\n"), QUIT) as talk:
        client = talk.login()
        got = 0
        with client.retrieve(1, limit=1000) as message:
            try:
                for packet in message:
                    got += packet.length
                raise AssertionError("no limit")
            except micropop.LimitExceeded as error:
                assert not error.fatal
        assert got <= 1000 and not message.complete
        client.noop()  # what was left is discarded
        client.quit()


def test_a_limit_that_is_just_enough():
    mail = b"y" * 998 + b"\r\n"
    for limit in (1000, 1001):
        with Talking((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as talk:
            client = talk.login()
            with client.retrieve(1, limit=limit) as message:
                assert b"".join([bytes(packet.data) for packet in message]) == mail
            client.quit()
    with Talking((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as talk:
        client = talk.login()
        with client.retrieve(1, limit=999) as message:
            raises(micropop.LimitExceeded, list, message)
        client.quit()


def test_save_has_a_limit_too():
    class Sink:
        def write(self, data):
            return len(data)

    with Talking((b"RETR 1\r\n", b"+OK\r\n" + b"y" * 3000 + b"\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        with client.retrieve(1) as message:
            for wrong in (-1, 10.5, True, "1000"):
                raises(micropop.InvalidArgument, message.save, Sink(), limit=wrong)
            raises(micropop.LimitExceeded, message.save, Sink(), limit=1000)
        client.quit()


def test_a_limit_of_save_holds_behind_packets_that_were_read_before():
    """Of a mail of one long line, whose packets are full."""

    class Sink:
        data = b""

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    mail = b"y" * 5000 + b"\r\n"
    for before in range(4):
        with Talking((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as talk:
            client = talk.login()
            sink = Sink()
            with client.retrieve(1) as message:
                for _ in range(before):
                    sink.data += bytes(next(message).data)
                raises(micropop.LimitExceeded, message.save, sink, limit=3000)
                assert len(sink.data) <= 3000
                message.save(sink, limit=len(mail))
            assert sink.data == mail
            client.quit()


def test_a_mail_longer_than_the_server_claims_is_whole():
    mail = b"y" * 3000 + b"\r\n"
    with Talking((b"RETR 1\r\n", b"+OK 10 octets\r\n" + mail + b".\r\n"), QUIT) as talk:
        client = talk.login()
        with client.retrieve(1) as message:
            assert message.octets == 10
            assert b"".join([bytes(packet.data) for packet in message]) == mail
        client.quit()


def test_an_endless_body_that_nobody_wants_closes_the_client():
    def leave(client):
        with client.retrieve(1) as message:
            next(message)

    for leftover in (None, 1000):
        with Talking((b"RETR 1\r\n", b"+OK\r\n" + b"y" * 400000)) as talk:
            client = talk.login()
            if leftover:
                client.leftover = leftover
            error = raises(micropop.LimitExceeded, leave, client)
            assert error.fatal and str(leftover or 262144) in str(error)
            over_and_done(talk, client)


def test_silence_after_a_command():
    with Talking((b"NOOP\r\n",)) as talk:
        client = talk.login(timeout=10)
        before = talk.clock.now
        raises(micropop.Timeout, client.noop)
        assert 10000 <= talk.clock.now - before < 11000
        over_and_done(talk, client)


def test_silence_amid_a_mail():
    for line in (b"y" * 5000, b"yy\r\n" * 1000):
        with Talking((b"RETR 1\r\n", b"+OK\r\n", line[:2048], 7000, line[2048:] + b"\r\n.\r\n")) as talk:
            client = talk.login(timeout=5)
            raises(micropop.Timeout, list, client.retrieve(1))
            over_and_done(talk, client)


def test_silence_instead_of_a_greeting():
    with Talking(greeting=b"", logged_in=False) as talk:
        raises(micropop.Timeout, talk.connect, timeout=5)
        assert 5000 <= talk.clock.now < 6000


def test_a_trickle_cannot_stretch_the_deadline_of_a_reply():
    with Talking((b"NOOP\r\n",) + trickled(b"+OK " + b"x" * 400, 1000)) as talk:
        client = talk.login(timeout=10)
        before = talk.clock.now
        raises(micropop.Timeout, client.noop)
        assert talk.clock.now - before < 12000
        over_and_done(talk, client)


def test_a_trickle_cannot_stretch_the_deadline_of_a_body():
    for first in (b"", b"z" * 2000, b"z" * 77):
        with Talking((b"RETR 1\r\n", b"+OK\r\n" + first) + trickled(b"z" * 300, 1000)) as talk:
            client = talk.login(timeout=10)
            before = talk.clock.now
            raises(micropop.Timeout, list, client.retrieve(1))
            assert talk.clock.now - before < 25000
            over_and_done(talk, client)


def test_a_trickle_cannot_stretch_the_deadline_of_a_listing():
    for first in (b"", b"1 120\r\n" * 400):
        with Talking((b"LIST\r\n", b"+OK\r\n" + first) + trickled(b"1 120\r\n" * 60, 1000)) as talk:
            client = talk.login(timeout=10)
            before = talk.clock.now
            raises(micropop.Timeout, list, client.list())
            assert talk.clock.now - before < 25000
            over_and_done(talk, client)


def test_leaving_has_the_time_of_one_reply():
    for opened, said in ((RETR, b"z" * 40), (LIST, b"1 120\r\n" * 6)):
        first = (opened, b"+OK\r\n", 6000, said)
        with Talking(first + (6000, said + b"\r\n.\r\n" if opened is RETR else b".\r\n"), QUIT) as talk:
            client = talk.login(timeout=10)
            next(iter(client.retrieve(1) if opened is RETR else client.list()))
            client.discard()
            client.quit()
        with Talking(first + trickled(said * 50, 1000)) as talk:
            client = talk.login(timeout=10)
            next(iter(client.retrieve(1) if opened is RETR else client.list()))
            before = talk.clock.now
            raises(micropop.Timeout, client.discard)
            assert 9000 <= talk.clock.now - before < 12000
            over_and_done(talk, client)


def test_nor_does_one_that_begins_behind_the_first_packets():
    for turn, lead, call in (
        (b"RETR 1\r\n", b"y" * 1400, lambda client: client.retrieve(1)),
        (b"LIST\r\n", b"1 12345\r\n" * 150, lambda client: client.list()),
    ):
        with Talking((turn, b"+OK\r\n", lead) + trickled(b"1 120\r\n" * 60, 1000)) as talk:
            client = talk.login(timeout=10)
            before = talk.clock.now
            raises(micropop.Timeout, list, call(client))
            assert talk.clock.now - before < 25000
            over_and_done(talk, client)


def test_a_slow_line_is_not_a_trickle():
    body = b"".join([b"%078d\r\n" % i for i in range(200)])
    said = []
    for at in range(0, len(body), 400):  # 400 bytes each 4 s for more than two minutes
        said.append(4000)
        said.append(body[at : at + 400])
    with Talking((b"RETR 1\r\n", b"+OK\r\n") + tuple(said) + (b".\r\n",), QUIT) as talk:
        client = talk.login(timeout=10)
        with client.retrieve(1) as message:
            assert sum([packet.length for packet in message]) == len(body)
        client.quit()


def test_each_packet_s_worth_of_a_mail_or_a_listing_has_its_own_time():
    lines = b"".join([b"%05d %08d\r\n" % (n, n) for n in range(1, 129)])  # four packets full
    for turn, call in (
        (b"RETR 1\r\n", lambda client: client.retrieve(1)),
        (b"LIST\r\n", lambda client: client.list()),
    ):
        said = []
        for at in range(0, len(lines), 512):
            said.append(6000)
            said.append(lines[at : at + 512])
        with Talking((turn, b"+OK\r\n") + tuple(said) + (6000, b".\r\n"), QUIT) as talk:
            client = talk.login(timeout=10)
            assert len(list(call(client))) >= 4
            client.quit()


def test_what_is_discarded_has_the_time_of_one_reply():
    line = b"y" * 398 + b"\r\n"
    with Talking((b"RETR 1\r\n", b"+OK\r\n", 8000, line, 8000, line + b".\r\n"), QUIT) as talk:
        client = talk.login(timeout=10)
        message = client.retrieve(1)
        next(message)
        message.discard()  # all of it, however long the first packet took
        client.quit()
    for leave in (lambda message: message.discard(), lambda message: message.__exit__(None, None, None)):
        with Talking((b"RETR 1\r\n", b"+OK\r\n") + (line, 4000) * 20 + (b".\r\n",)) as talk:
            client = talk.login(timeout=10)
            message = client.retrieve(1)
            next(message)
            before = talk.clock.now
            raises(micropop.Timeout, leave, message)
            assert 10000 <= talk.clock.now - before <= 14000
            over_and_done(talk, client)


def test_half_a_minute_unless_told():
    with Talking(logged_in=False) as talk:
        client = micropop.Client(layers.connected(talk.server, talk.clock), talk.pool)
        assert client.timeout == 30000
        client.close()


def test_each_command_has_its_own_time():
    slow = (b"NOOP\r\n", 6000, b"+OK\r\n")
    with Talking(slow, slow, slow, QUIT) as talk:
        client = talk.login(timeout=10)
        for _ in range(3):
            client.noop()
        client.quit()


class Full:
    """A server that takes nothing until ``until``, in milliseconds of its clock."""

    def __init__(self, talk):
        self.until = 0
        self.clock = talk.clock
        server = talk.server
        self.send_then, self.wait_then = server.send, server.wait
        server.send, server.wait = self.send, self.wait

    def send(self, data):
        return None if self.clock.now < self.until else self.send_then(data)

    def wait(self, writing, ms):
        if writing and self.clock.now < self.until:
            self.clock.now += min(ms, self.until - self.clock.now)
        else:
            self.wait_then(writing, ms)


def test_a_command_that_is_slow_to_go_has_no_more_time():
    mail = (b"RETR 1\r\n", b"+OK\r\n" + b"text\r\n" * 300 + b".\r\n")
    for before in ((), (mail,)):  # whatever came before
        for ms in (0, 6000, 60000):
            turns = before + (((b"NOOP\r\n",),) if ms < 10000 else ())
            with Talking(*turns) as talk:
                full = Full(talk)
                client = talk.login(timeout=10)
                if before:
                    assert len(b"".join([bytes(packet.data) for packet in client.retrieve(1)])) == 1800
                begin = talk.clock.now
                full.until = begin + ms
                raises(micropop.Timeout, client.noop)
                assert 10000 <= talk.clock.now - begin < 11000
                over_and_done(talk, client)


def test_time_that_the_caller_takes_does_not_count():
    said = (b"a" * 512, 100, b"b" * 512, 100, b"\r\n.\r\n")
    with Talking((b"RETR 1\r\n", b"+OK\r\n") + said, QUIT) as talk:
        client = talk.login(timeout=10)
        with client.retrieve(1) as message:
            for _ in message:
                talk.clock.now += 60000
        client.quit()


def test_the_watchdog_is_fed_while_waiting():
    fed = []
    with Talking((b"NOOP\r\n", 20000, b"+OK\r\n"), QUIT) as talk:
        client = talk.login()
        client.idle = lambda: fed.append(talk.clock.now)
        client.noop()
        client.quit()
    gaps = [fed[i + 1] - fed[i] for i in range(len(fed) - 1)]
    assert len(fed) > 20 and max(gaps) < 2000


def test_leftover_counts_what_is_left_and_not_what_was_read():
    mail = b"x" * 998 + b"\r\n"
    for leave in (lambda client, message: client.discard(), lambda client, message: message.discard()):
        turns = ((b"RETR 1\r\n", b"+OK\r\n" + mail * 4 + b".\r\n"), (b"NOOP\r\n", b"+OK\r\n"))
        with Talking(*turns, (b"QUIT\r\n", b"+OK\r\n")) as talk:
            client = talk.login()
            client.leftover = 1500
            message = client.retrieve(1)
            while message.received < 3000:
                next(message)
            leave(client, message)
            client.noop()
            client.quit()
