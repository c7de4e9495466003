"""One operation at a time: whatever is called from idle, progress, write, numbers or another place says InvalidState,
sends nothing, and harms nothing; close() is always allowed. And no reader loses what it was lent and did not take."""

import io

import micropop
from micropop.session import body, listing

from host_tests.behaviour import layers
from host_tests.behaviour.fake import CLOSE, RESET
from host_tests.behaviour.talking import Talking, raises

NEED_WAIT = (
    "test_every_call_from_idle",
    "test_close_from_idle",
    "test_what_idle_raises",
    "test_who_asked_for_the_next_packet_has_taken_the_last",
    "test_an_exception_in_the_middle_of_a_list_of_capabilities_ends_the_session",
)
QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
TEXT = b"".join([b"line %d\r\n" % i for i in range(200)])
RETR = (b"RETR 1\r\n", b"+OK %d octets\r\n" % len(TEXT) + TEXT + b".\r\n")


class Mine(Exception):
    """The program's own."""


def calls(client):
    """Every call that sends something."""
    return (
        client.stat,
        client.list,
        client.uidl,
        client.check,
        client.noop,
        client.reset,
        client.capabilities,
        client.utf8,
        client.language,
        client.languages,
        client.quit,
        client.discard,
        lambda: client.size(1),
        lambda: client.uid(1),
        lambda: client.delete(1),
        lambda: client.retrieve(1),
        lambda: client.top(1),
        lambda: next(client.retrieve_many([1])),
        lambda: client.login("mrose", "tanstaaf", method="USER", cleartext=True),
    )


class Caller:
    """A callback that tries every call, and counts how often it was called."""

    def __init__(self, client, *more):
        self.client = client
        self.more = more
        self.times = 0

    def __call__(self, *_):
        self.times += 1
        for call in calls(self.client) + self.more:
            raises(micropop.InvalidState, call)

    def write(self, data):
        self()
        return len(data)


def test_every_call_from_idle():
    slow = ((b"NOOP\r\n", 3000, b"+OK\r\n"), (b"RETR 1\r\n", 2000, b"+OK\r\n" + TEXT, 2000, b".\r\n"))
    with Talking(*slow, QUIT) as talk:
        client = talk.login()
        client.idle = Caller(client)
        client.noop()
        assert b"".join([bytes(packet.data) for packet in client.retrieve(1)]) == TEXT
        assert client.idle.times > 5
        client.quit()


def test_every_call_from_progress_and_write_and_reading_on_too():
    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        buf = bytearray(10)
        caller = Caller(
            client, lambda: next(message), lambda: message.readinto(buf), message.discard, lambda: message.save(caller)
        )
        assert message.save(caller, caller) == len(TEXT)
        assert caller.times > 4 and message.read
        client.noop()
        client.quit()


def test_every_call_from_the_numbers_of_a_batch():
    for pipelining in (True, False):
        with Talking(RETR, NOOP, QUIT) as talk:
            client = talk.login()
            client.pipelining = pipelining
            caller = Caller(client)

            def numbers(caller=caller):
                caller()
                yield 1
                caller()

            for message in client.retrieve_many(numbers()):
                assert b"".join([bytes(packet.data) for packet in message]) == TEXT
            assert caller.times == 2
            client.noop()
            client.quit()


def test_close_from_idle():
    for turn, call in (
        ((b"NOOP\r\n", 3000, b"+OK\r\n"), lambda client: client.noop()),
        ((b"RETR 1\r\n", b"+OK\r\n" + TEXT, 3000, b".\r\n"), lambda client: list(client.retrieve(1))),
        ((b"UIDL\r\n", b"+OK\r\n1 a\r\n", 3000, b".\r\n"), lambda client: list(client.uidl())),
    ):
        with Talking(turn) as talk:
            client = talk.login()
            client.idle = client.close
            raises(micropop.InvalidState, call, client)
            assert client.state == "CLOSED" and talk.pool.free == talk.pool.total


def test_close_from_write_and_progress():
    for where in ("write", "progress"):
        with Talking(RETR) as talk:
            client = talk.login()

            class Stream:
                def write(self, data, client=client, where=where):
                    if where == "write":
                        client.close()
                    return len(data)

            def progress(received, octets, client=client):
                client.close()

            message = client.retrieve(1)
            raises(micropop.InvalidState, message.save, Stream(), progress)
            assert not message.read and talk.pool.free == talk.pool.total


def test_close_from_progress_behind_the_last_octet_is_told_too():
    with Talking((b"RETR 1\r\n", b"+OK\r\nHello\r\n.\r\n")) as talk:
        client = talk.login()
        message = client.retrieve(1)
        raises(micropop.InvalidState, message.save, io.BytesIO(), lambda *_: client.close())
        assert not message.read and talk.pool.free == talk.pool.total


def test_what_idle_raises():
    def idle():
        raise Mine

    # its reply is due, so the client is closed; amid a mail the session can go on
    with Talking((b"NOOP\r\n", 3000, b"+OK\r\n")) as talk:
        client = talk.login()
        client.idle = idle
        raises(Mine, client.noop)
        assert client.state == "CLOSED"
        assert "interrupted" in str(raises(micropop.InvalidState, client.noop))
    with Talking((b"RETR 1\r\n", b"+OK\r\n" + TEXT, 3000, b".\r\n"), NOOP, QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        got = b""
        client.idle = idle
        try:
            for packet in message:
                got += bytes(packet.data)
        except Mine:
            client.idle = None
        raises(micropop.InvalidState, client.noop)
        while True:
            packet = next(message, None)
            if packet is None:
                break
            got += bytes(packet.data)
        assert got == TEXT and message.read
        client.noop()
        client.quit()


def test_what_a_loop_did_not_take_comes_again():
    for payload in (64, 512):
        with Talking(RETR, NOOP, QUIT, payload=payload) as talk:
            client = talk.login()
            message = client.retrieve(1)
            got = b""
            times = 0
            while not message.read:
                times += 1
                try:
                    for packet in message:
                        if times % 3 == 1:
                            raise Mine
                        got += bytes(packet.data)
                        packet.release()  # it was taken
                        if times % 3 == 2:
                            break
                except Mine:
                    assert not message.read
            assert got == TEXT
            client.noop()
            client.quit()


LONG = b"".join([b"%06d" % i for i in range(1200)]) + b"\r\n"  # packets are full, in which nothing need be looked at


def taken(message, way, buf):
    """What one reader took of a mail, and the packet that it kept if it did; None at the end."""
    if way == "loop":
        for _ in message:
            break  # what it was lent comes again
    if way in ("readinto", "loop"):
        n = message.readinto(buf)
        return (bytes(buf[:n]) or None), None
    if way == "save":
        stream = Stubborn(100)
        stream.times = 2
        try:
            message.save(stream)
        except Mine:
            pass  # the second time: what it did not take comes again
        return (stream.data or None), None
    packet = next(message, None)
    if packet is None:
        return None, None
    data = bytes(packet.data)
    if way == "keep" and data:
        return data, packet.keep()
    if way == "release":
        packet.release()
    return data, None


def test_full_packets_come_once_and_stay_as_they_were_however_they_are_taken():
    ways = ("next", "next", "readinto", "keep", "release", "save", "loop")
    seed = 7
    for size in (10, 100, 1000):
        for _ in range(4):
            turn = (b"RETR 1\r\n", b"+OK\r\n", LONG + b".\r\n")
            with Talking(turn, NOOP, QUIT, payload=128, packets=80) as talk:
                client = talk.login()
                message = client.retrieve(1)
                got = b""
                kept = []
                while True:
                    seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
                    data, packet = taken(message, ways[(seed >> 12) % len(ways)], bytearray(size))
                    if data is None:
                        break
                    got += data
                    if packet is not None:
                        kept.append((packet, data))
                assert got == LONG
                client.noop()
                for packet, data in kept:
                    assert packet.data == data
                    packet.release()
                client.quit()


def test_a_mail_that_was_discarded_behind_full_packets_reads_nothing_more():
    for before in range(5):
        with Talking((b"RETR 1\r\n", b"+OK\r\n", LONG + b".\r\n"), NOOP, NOOP, QUIT) as talk:
            client = talk.login()
            message = client.retrieve(1)
            for _ in range(before):
                next(message)
            message.discard()
            raises(micropop.InvalidState, next, message)
            client.noop()
            raises(micropop.InvalidState, message.readinto, bytearray(10))
            client.noop()
            client.quit()


def test_nor_does_it_while_the_next_mail_comes():
    for before in range(3):
        long = (b"+OK\r\n", LONG + b".\r\n")
        with Talking((b"RETR 1\r\n",) + long, (b"RETR 2\r\n",) + long, QUIT) as talk:
            client = talk.login()
            first = client.retrieve(1)
            for _ in range(before):
                next(first)
            first.discard()
            second = client.retrieve(2)
            got = b""
            for packet in second:
                got += bytes(packet.data)
                raises(micropop.InvalidState, next, first)
            assert got == LONG
            client.quit()


def test_a_connection_that_breaks_behind_full_packets():
    for end in (CLOSE, RESET):
        for octets in (512, 1024, 1536):
            with Talking((b"RETR 1\r\n", b"+OK\r\n", LONG[:octets], end)) as talk:
                client = talk.login()
                message = client.retrieve(1)
                got = b""
                try:
                    for packet in message:
                        got += bytes(packet.data)
                    raise AssertionError("half a mail ended")
                except micropop.ConnectionLost:
                    assert client.state == "CLOSED" and not message.complete
                assert got == LONG[:octets] and talk.pool.free == talk.pool.total


def test_the_limit_of_a_mail_holds_behind_full_packets():
    for limit in (500, 1000, 3000, 7000):
        with Talking((b"RETR 1\r\n", b"+OK\r\n", LONG + b".\r\n"), NOOP, QUIT) as talk:
            client = talk.login()
            got = b""
            with client.retrieve(1, limit=limit) as message:
                try:
                    for packet in message:
                        got += bytes(packet.data)
                    raise AssertionError("no limit")
                except micropop.LimitExceeded:
                    assert len(got) <= limit and LONG.startswith(got)
            client.noop()
            client.quit()


class Stubborn:
    """Takes nothing, a part, or raises, in turn."""

    def __init__(self, takes):
        self.takes = takes
        self.data = b""
        self.times = 0

    def write(self, data):
        self.times += 1
        if self.times % 4 == 0:
            return None
        if self.times % 4 == 1:
            return 0
        if self.times % 4 == 2:
            raise Mine
        data = bytes(data[: self.takes])
        self.data += data
        return len(data)


def test_a_stream_gets_every_byte_once():
    for takes in (1, 100, 5000):
        for limit in (None, 100000):
            with Talking(RETR, NOOP, QUIT) as talk:
                client = talk.login()
                message = client.retrieve(1, limit=limit)
                stream = Stubborn(takes)
                while not message.read:
                    try:
                        message.save(stream)
                    except Mine:
                        assert not message.read
                assert stream.data == TEXT
                client.noop()
                client.quit()


def test_a_stream_that_takes_full_packets_in_parts_gets_every_byte_once():
    class Parts:
        data = b""

        def write(self, data):
            data = bytes(data[:50])
            self.data += data
            return len(data)

    with Talking((b"RETR 1\r\n", b"+OK\r\n", LONG + b".\r\n"), NOOP, QUIT, payload=128) as talk:
        client = talk.login()
        stream = Parts()
        assert client.retrieve(1).save(stream) == len(LONG)
        assert stream.data == LONG
        client.noop()
        client.quit()


def test_a_stream_that_takes_nothing_is_given_up():
    class Full:
        def write(self, data):
            return None

    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login(timeout=5)
        with client.retrieve(1) as message:
            error = raises(micropop.Timeout, message.save, Full())
            assert not error.fatal and not message.read
            assert 5000 <= talk.clock.now < 6000
        client.noop()
        client.quit()


def test_a_stream_that_counts_otherwise_gets_every_byte_once():
    class Counting:
        data = b""
        times = 0

        def write(self, data):
            self.data += bytes(data)
            return len(data) + 7  # what it made of them

    class Negative(Counting):
        def write(self, data):
            self.times += 1
            return -1 if self.times % 2 else Counting.write(self, data)

    for stream in (Counting(), Negative()):
        with Talking(RETR, NOOP, QUIT) as talk:
            client = talk.login()
            with client.retrieve(1) as message:
                assert message.save(stream) == len(TEXT)
                assert stream.data == TEXT and message.read
            client.noop()
            client.quit()


def test_a_higher_limit_goes_on_without_a_hole():
    for payload in (64, 512, 1460):
        with Talking(RETR, NOOP, QUIT, payload=payload) as talk:
            client = talk.login()
            stream = Stubborn(5000)
            stream.write = stream_write(stream)
            message = client.retrieve(1)
            raises(micropop.LimitExceeded, message.save, stream, limit=100)
            assert len(stream.data) <= 100 and not message.complete and not message.read
            raises(micropop.LimitExceeded, message.save, stream, limit=500)
            message.save(stream, limit=len(TEXT))
            assert stream.data == TEXT and message.read
            client.noop()
            client.quit()


def stream_write(stream):
    def write(data):
        stream.data += bytes(data)
        return len(data)

    return write


def test_append_to_a_lent_packet_changes_nothing():
    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login()
        got = b""
        for packet in client.retrieve(1):
            raises(micropop.InvalidState, packet.append, b"x")
            got += bytes(packet.data)
        assert got == TEXT
        client.noop()
        client.quit()


def test_bytes_behind_a_mail_show_that_it_ended_too_early():
    half = b"+OK\r\nhalf\r\n.\r\n"
    variants = ((half + b"more\r\n.\r\n",), (half, b"more\r\n.\r\n"), (half, 1, b"more\r\n.\r\n"))
    for said in variants[:1] if layers.chosen == "blocking" else variants:  # it cannot look without waiting
        with Talking((b"RETR 1\r\n",) + said) as talk:
            client = talk.login()
            message = client.retrieve(1)
            try:
                for _ in message:
                    talk.clock.now += 5
                client.delete(1)
                raise AssertionError("the other half was not noticed")
            except micropop.ProtocolError:
                assert client.state == "CLOSED"
            assert b"DELE" not in talk.server.sent


def test_a_listing_whose_client_was_closed_does_not_end():
    lines = b"".join([b"%d u%d\r\n" % (n, n) for n in range(1, 100)])
    with Talking((b"UIDL\r\n", b"+OK\r\n" + lines + b".\r\n"), payload=64) as talk:
        client = talk.login()
        listing = client.uidl()
        assert next(listing) == (1, b"u1")
        client.close()
        for _ in range(3):
            raises(micropop.InvalidState, next, listing)
    with Talking((b"UIDL\r\n", b"+OK\r\n" + lines + b".\r\n"), QUIT, payload=64) as talk:
        client = talk.login()
        listing = client.uidl()
        next(listing)
        client.discard()
        raises(micropop.InvalidState, next, listing)
        client.quit()


def test_leaving_hides_nothing_of_the_program():
    turn = (b"RETR 1\r\n", b"+OK\r\n" + b"x" * 1000, CLOSE)
    with Talking(turn) as talk:
        client = talk.login()
        try:
            with client.retrieve(1) as message:
                next(message)
                raise Mine
        except Mine:
            pass
        # what the leaving met is told by the next command, once
        raises(micropop.ConnectionLost, client.noop)
        raises(micropop.InvalidState, client.noop)


def test_a_mail_that_swallowed_the_next_reply():
    """A server that breaks a mail off and goes on: the octets that it announced tell."""
    mail = b"Subject: 1\r\n\r\n" + b"0123456789\r\n" * 20

    def said(n, text=mail):
        return b"+OK %d octets\r\n" % len(mail) + text + b".\r\n"

    broken = b"+OK %d octets\r\n" % len(mail) + mail[: len(mail) // 2] + b"\r\n-ERR [SYS/TEMP] read error\r\n"
    command = b"RETR 1\r\nRETR 2\r\nRETR 3\r\nRETR 4\r\n"
    for which in (1, 2, 3):
        replies = [broken if n == which else said(n) for n in (1, 2, 3, 4)]
        deletions = ((b"DELE 1\r\n", b"+OK\r\n"),) if which == 3 else ()
        with Talking((command,) + tuple(replies), *deletions) as talk:
            client = talk.login(timeout=5)
            client.pipelining = True
            read = []
            error = None
            try:
                for message in client.retrieve_many([1, 2, 3, 4], delete=True):
                    got = b"".join([bytes(packet.data) for packet in message])
                    if message.read:
                        assert got == mail, which
                        read.append(message.number)
            except micropop.Error as caught:
                error = caught
            assert error is not None and error.fatal
            assert read == list(range(1, which)), which
            assert client.pipelining is False and b"DELE %d" % which not in talk.server.sent


def test_a_mail_that_swallowed_the_next_reply_and_is_not_wanted():
    text = b"0123456789\r\n" * 20
    whole = b"+OK %d octets\r\n" % len(text) + text + b".\r\n"
    broken = b"+OK %d octets\r\n" % len(text) + text[:99] + b"\r\n-ERR [SYS/TEMP] read error\r\n"
    with Talking((b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", whole, broken, whole)) as talk, talk.login(timeout=5) as client:
        client.pipelining = True
        batch = client.retrieve_many([1, 2, 3])
        for _ in next(batch):
            pass
        raises(micropop.ProtocolError, next(batch).discard)


def test_how_far_off_a_size_may_be_where_the_others_are_right():
    """64 octets, or 12 %: an end of lines that is counted otherwise is no mail that swallowed a reply."""

    def mail(octets):
        return b"y" * (octets - 2) + b"\r\n"

    for announced, came, fine in (
        (100, 164, True),
        (100, 165, False),
        (100, 36, True),
        (100, 35, False),
        (1000, 1120, True),
        (1000, 1121, False),
        (1000, 880, True),
        (1000, 879, False),
        (600, 672, True),
        (600, 673, False),
    ):
        sizes = ((500, 500), (announced, came), (500, 500))
        said = [b"+OK %d octets\r\n" % size + mail(octets) + b".\r\n" for size, octets in sizes]
        with Talking((b"RETR 1\r\nRETR 2\r\nRETR 3\r\n",) + tuple(said)) as talk, talk.login() as client:
            client.pipelining = True
            read = []
            try:
                for message in client.retrieve_many([1, 2, 3]):
                    for _ in message:
                        pass
                    read.append(message.number)
            except micropop.ProtocolError as error:
                assert error.fatal
            assert read == ([1, 2, 3] if fine else [1]), (announced, came)


def test_sizes_that_are_always_wrong_cost_nothing():
    mail = b"Subject: 1\r\n\r\n" + b"0123456789\r\n" * 20
    for announced in (10, 10000):
        said = b"+OK %d octets\r\n" % announced + mail + b".\r\n"
        turns = [(b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", said, said, said)]
        turns += [(lambda line: b"+OK\r\n",)] * 3
        with Talking(*turns, QUIT) as talk:
            client = talk.login()
            client.pipelining = True
            for message in client.retrieve_many([1, 2, 3], delete=True):
                assert b"".join([bytes(packet.data) for packet in message]) == mail
            assert client.deleted == 3
            client.quit()


def test_limits_that_are_none_are_refused_before_anything_is_sent():
    with Talking(QUIT) as talk:
        client = talk.login()
        sent = talk.server.sent
        for limit in (-1, "5", 1.5, True, b"1"):
            for call in (client.retrieve, client.top):
                assert "limit" in str(raises(micropop.InvalidArgument, call, 1, limit=limit))
            raises(micropop.InvalidArgument, client.retrieve_many, [1], limit=limit)
        assert talk.server.sent == sent
        client.quit()


def test_where_nobody_can_connect():
    for how in (
        {"port": 0},
        {"port": 65536},
        {"port": "110"},
        {"port": 1, "timeout": 0},
        {"port": 1, "timeout": -1},
        {"port": 1, "timeout": None},
        {"host": ""},
        {"host": "a b"},
        {"host": "a..b"},
        {"host": ".a"},
        {"host": "x" * 64},
        {"host": None},
    ):
        host = how.pop("host", "localhost")
        raises(micropop.InvalidArgument, micropop.connect, host, how.pop("port", 1), tls=False, **how)


def test_a_second_or_less_is_a_timeout_too():
    raises(micropop.ConnectionLost, micropop.connect, "localhost", 1, tls=False, timeout=0.5)  # nobody is there


def test_who_asked_for_the_next_packet_has_taken_the_last():
    """An exception while a loop waits for the next: who reads on gets what follows, and nothing twice."""

    def fail():
        raise Mine

    parts = (b"a" * 50, b"b" * 50 + b"\r\n")
    for said in ((parts[0], 3000, parts[1] + b".\r\n"), (parts[0], 3000, parts[1], 3000, b".\r\n")):
        with Talking((b"RETR 1\r\n", b"+OK\r\n") + said, NOOP, QUIT) as talk:
            client = talk.login()
            message = client.retrieve(1)
            got = b""
            for _ in range(3):
                client.idle = fail
                try:
                    for packet in message:
                        got += bytes(packet.data)
                except Mine:
                    pass
                client.idle = None
                if not message.read:
                    buf = bytearray(1000)
                    got += bytes(buf[: message.readinto(buf)])
            assert got == parts[0] + parts[1]
            client.noop()
            client.quit()


def test_close_from_the_numbers_of_a_batch():
    def numbers(client, good):
        yield from good
        client.close()
        yield 9

    for pipelining in (True, False):
        for good in ((), (1,), (1, 2)):
            for packets in (1, 3):
                with Talking(packets=packets) as talk:
                    talk.forgive()
                    client = talk.login()
                    client.pipelining = pipelining
                    batch = client.retrieve_many(numbers(client, good))
                    if pipelining or not good:
                        error = raises(micropop.InvalidState, next, batch)
                        assert "closed" in str(error)
                        assert talk.pool.free == talk.pool.total
                        raises(micropop.InvalidState, next, batch)
                    client.close()


def test_an_exception_in_the_middle_of_a_list_of_capabilities_ends_the_session():
    def fail():
        raise Mine

    with Talking((b"CAPA\r\n", b"+OK\r\nTOP\r\n", 3000, b"UIDL\r\n.\r\n")) as talk:
        client = talk.login()
        client.idle = fail
        raises(Mine, client.capabilities)
        client.idle = None
        assert client.state == "CLOSED"  # for the rest would be taken for the next reply
        raises(micropop.InvalidState, client.noop)


def test_an_exception_while_a_mail_or_a_listing_is_decoded_ends_the_session():
    """As of a key, or of memory that is used up: nobody knows then which of the bytes were moved."""

    def fail(*_):
        raise Mine

    stuffed = (b"RETR 1\r\n", b"+OK\r\n..dot\r\nmore\r\n..dot\r\n.\r\n")
    listed = (b"UIDL\r\n", b"+OK\r\n1 a\r\n2 b\r\n.\r\n")
    for module, name, turn, call in (
        (body, "move", stuffed, lambda client: client.retrieve(1)),
        (listing, "met", listed, lambda client: client.uidl()),
    ):
        with Talking(turn) as talk:
            client = talk.login()
            stream = call(client)
            before = getattr(module, name)
            setattr(module, name, fail)
            try:
                raises(Mine, next, stream)
            finally:
                setattr(module, name, before)
            assert client.state == "CLOSED" and talk.pool.free == talk.pool.total
            assert "interrupted" in str(raises(micropop.InvalidState, client.noop))
            raises(micropop.InvalidState, next, stream)


def test_what_is_in_the_way_is_told_from_what_is_over():
    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        error = raises(micropop.InvalidState, client.noop)
        assert "discard" in str(error)  # which is what to do
        list(message)
        client.noop()
        assert list(message) == []
        client.quit()
        error = raises(micropop.InvalidState, client.noop)
        assert "discard" not in str(error)
    with Talking(RETR) as talk:
        client = talk.login()
        message = client.retrieve(1)
        client.close()
        assert "discard" not in str(raises(micropop.InvalidState, next, message))


def test_what_a_loop_left_comes_again_once():
    with Talking(RETR, NOOP, QUIT, payload=64) as talk:
        client = talk.login()
        message = client.retrieve(1)
        for _ in message:
            break
        got = b""
        buf = bytearray(1000)
        while True:
            n = message.readinto(buf)
            if not n:
                break
            got += bytes(buf[:n])
        assert got == TEXT
        client.noop()
        client.quit()


def test_who_leaves_a_mail_behind_its_last_packet_gives_that_back():
    for leave in (lambda client, message: client.discard(), lambda client, message: message.discard()):
        with Talking((b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\n"), NOOP, QUIT) as talk:
            client = talk.login()
            message = client.retrieve(1)
            assert bytes(next(message).data) == b"mail\r\n" and message.complete
            assert talk.pool.free < talk.pool.total
            leave(client, message)
            assert talk.pool.free == talk.pool.total
            client.noop()
            client.quit()


def test_what_a_loop_left_is_saved():
    with Talking(RETR, NOOP, QUIT, payload=64) as talk:
        client = talk.login()
        message = client.retrieve(1)
        for _ in message:
            break
        stream = io.BytesIO()
        message.save(stream)
        assert stream.getvalue() == TEXT
        client.noop()
        client.quit()


class Pausing:
    """A transport whose reply to a command is there at the second look for it."""

    secure = True

    def __init__(self):
        self.there = b"+OK ready\r\n"
        self.pause = False

    def readinto(self, buf):
        self.pause = not self.pause
        if self.pause or not self.there:
            return None
        n = min(len(buf), len(self.there))
        buf[:n] = self.there[:n]
        self.there = self.there[n:]
        return n

    def write(self, data):
        self.there += b"+OK\r\n"
        return len(data)

    def wait(self, writing, ms):
        pass

    def close(self):
        pass


def test_what_idle_raises_before_the_second_look_for_a_reply_comes_out():
    class Own(Exception):
        pass

    def idle():
        raise Own

    pool = micropop.PacketPool(512, 2)
    client = micropop.Client(Pausing(), pool, 5)
    client.login("mrose", "tanstaaf", method="USER")
    client.idle = idle
    raises(Own, client.delete, 1)
    client.close()
    assert pool.free == pool.total


def test_a_transport_that_does_not_say_that_it_is_secure_is_not():
    class Silent:
        def __init__(self):
            pausing = Pausing()
            self.readinto = pausing.readinto
            self.write = pausing.write
            self.wait = pausing.wait
            self.close = pausing.close

    client = micropop.Client(Silent(), micropop.PacketPool(512, 2), 5)
    raises(micropop.CleartextRefused, client.login, "mrose", "tanstaaf", method="USER")
    client.close()


def test_a_client_that_another_closes_while_it_reads_says_that_and_not_that_the_socket_broke():
    class Shared(Pausing):
        meanwhile = None

        def readinto(self, buf):
            if self.meanwhile is not None:  # a thread waits here while another closes the client
                self.meanwhile()
                raise OSError(layers.EBADF)
            return super().readinto(buf)

    transport = Shared()
    pool = micropop.PacketPool(512, 2)
    client = micropop.Client(transport, pool, 5)
    client.login("mrose", "tanstaaf", method="USER")
    transport.meanwhile = client.close
    assert "closed" in str(raises(micropop.InvalidState, client.noop))
    assert client.state == "CLOSED" and pool.free == pool.total
