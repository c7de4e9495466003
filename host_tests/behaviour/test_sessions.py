"""A session's rules: states, numbers, what is open, what is kept; any order of calls is safe."""

import micropop

from host_tests.behaviour.fake import CLOSE, RESET
from host_tests.behaviour.talking import Talking, raises

NEED_WAIT = ("test_an_interrupted_command_closes_the_client",)
QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
LONG = b"".join([b"line %d\r\n" % i for i in range(300)])
RETR = (b"RETR 1\r\n", b"+OK\r\n" + LONG + b".\r\n")


class File:
    """Collects what is written to it, some bytes at a time."""

    def __init__(self, takes=None):
        self.data = b""
        self._takes = takes

    def write(self, data):
        data = bytes(data)[: self._takes] if self._takes else bytes(data)
        self.data += data
        return len(data)


class Told:
    """Remembers what a progress callback was told last."""

    def add(self, *what):
        self.last = what


def test_every_service():
    turns = (
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"LIST 1\r\n", b"+OK 1 120\r\n"),
        (b"UIDL 1\r\n", b"+OK 1 whqtswO00WBw418f9t5JxYwZ\r\n"),
        (b"LIST\r\n", b"+OK\r\n1 120\r\n2 200\r\n.\r\n"),
        (b"UIDL\r\n", b"+OK\r\n1 a\r\n2 b\r\n.\r\n"),
        (b"TOP 2 10\r\n", b"+OK\r\nSubject: x\r\n\r\n.\r\n"),
        (b"RETR 2\r\n", b"+OK 200 octets\r\nSubject: x\r\n\r\nbody\r\n.\r\n"),
        (b"DELE 2\r\n", b"+OK\r\n"),
        NOOP,
        (b"RSET\r\n", b"+OK\r\n"),
        QUIT,
    )
    with Talking(*turns, greeting=b"+OK dewey POP3 server ready\r\n") as talk:
        client = talk.login()
        assert client.greeting == b"+OK dewey POP3 server ready"
        assert client.state == "TRANSACTION"
        assert client.stat() == (2, 320)
        assert client.size(1) == 120
        assert client.uid(1) == b"whqtswO00WBw418f9t5JxYwZ"
        assert list(client.list()) == [(1, 120), (2, 200)]
        assert list(client.uidl()) == [(1, b"a"), (2, b"b")]
        with client.top(2, 10) as message:
            assert [bytes(packet.data) for packet in message] == [b"Subject: x\r\n\r\n"]
        with client.retrieve(2) as message:
            assert message.octets == 200 and message.number == 2
            assert message.save(File()) == 20
        client.delete(2)
        client.noop()
        client.reset()
        client.quit()
        assert client.state == "CLOSED"


def test_commands_wait_for_the_login():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        for call in (client.stat, client.list, client.uidl, client.noop, client.reset, client.check):
            assert raises(micropop.InvalidState, call).status == 0xB7
        for call in (client.size, client.uid, client.retrieve, client.top, client.delete):
            raises(micropop.InvalidState, call, 1)
        assert talk.server.sent == b""


def test_a_login_comes_once():
    with Talking(QUIT) as talk:
        client = talk.login()
        raises(micropop.InvalidState, client.login, "mrose", "tanstaaf")
        client.quit()
        raises(micropop.InvalidState, client.quit)
        client.close()


def test_quit_before_login():
    with Talking(QUIT, logged_in=False) as talk:
        talk.connect().quit()


def test_quit_that_could_not_delete():
    with Talking((b"QUIT\r\n", b"-ERR some deleted messages not removed\r\n")) as talk:
        client = talk.login()
        raises(micropop.ServerError, client.quit)
        assert client.state == "CLOSED"


def test_quit_without_an_answer():
    with Talking((b"QUIT\r\n", CLOSE)) as talk:
        client = talk.login()
        raises(micropop.ConnectionLost, client.quit)
        assert client.state == "CLOSED"


def test_numbers_that_no_mail_has():
    with Talking((b"STAT\r\n", b"+OK 3 900\r\n"), QUIT) as talk:
        client = talk.login()
        client.stat()
        sent = talk.server.sent
        for number in (0, -1, "1", b"1", 1.0, None, True, 1 << 40, 4):
            for call in (client.retrieve, client.delete, client.size, client.uid, client.top):
                if number is not None:
                    error = raises(micropop.InvalidIndex, call, number)
                    assert error.status == (0xB2 if number in (4, 1 << 40) else 0xB8), number
        raises(micropop.InvalidIndex, client.retrieve, None)
        for lines in (-1, "0", None, 1.5):
            raises(micropop.InvalidArgument, client.top, 1, lines)
        assert talk.server.sent == sent
        client.quit()


def test_before_stat_a_mail_may_have_any_number_that_fits_30_bits():
    with Talking((b"DELE 1073741823\r\n", b"-ERR no such mail\r\n"), QUIT) as talk:
        client = talk.login()
        raises(micropop.ServerError, client.delete, 1073741823)
        raises(micropop.InvalidIndex, client.delete, 1073741824)
        client.quit()


def test_a_number_that_is_none_is_no_listing():
    with Talking(QUIT) as talk:
        client = talk.login()
        sent = talk.server.sent
        for call in (client.retrieve, client.delete, client.size, client.uid, client.top):
            raises(micropop.InvalidIndex, call, None)
        assert talk.server.sent == sent
        client.quit()


def test_an_open_message_is_in_the_way():
    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        for _ in range(2):
            next(message)
            for call in (client.noop, client.stat, client.list, client.quit, client.capabilities, client.check):
                raises(micropop.InvalidState, call)
            raises(micropop.InvalidState, client.delete, 1)
        message.discard()
        raises(micropop.InvalidState, next, message)
        client.noop()
        client.quit()


def test_an_open_listing_is_in_the_way():
    with Talking((b"LIST\r\n", b"+OK\r\n" + b"1 120\r\n" * 200 + b".\r\n"), NOOP, QUIT) as talk:
        client = talk.login()
        with client.list() as listing:
            assert next(listing) == (1, 120)
            raises(micropop.InvalidState, client.noop)
        assert list(listing) == []
        client.noop()
        client.quit()


def test_a_listing_that_was_closed_is_at_its_end():
    for before in ("close", "discard", None):  # of the client
        with Talking((b"LIST\r\n", b"+OK\r\n1 120\r\n2 200\r\n.\r\n")) as talk:
            client = talk.login()
            listing = client.list()
            assert next(listing) == (1, 120)
            if before is not None:
                getattr(client, before)()
            for _ in range(2):
                listing.close()
                raises(StopIteration, next, listing)
            client.close()


def test_what_is_discarded_is_counted():
    with Talking(RETR, QUIT, payload=64) as talk:
        client = talk.login()
        assert client.discard() == 0
        message = client.retrieve(1)
        taken = next(message).length + next(message).length
        left = client.discard()
        assert 0 < taken == message.received - left
        assert client.discard() == 0
        client.quit()


def test_the_last_packet_ends_a_message():
    with Talking((b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\n"), (b"DELE 1\r\n", b"+OK\r\n"), QUIT) as talk:
        client = talk.login()
        message = client.retrieve(1)
        packet = next(message)
        assert packet.final and message.complete
        client.delete(1)  # as those do who know NetX
        assert list(message) == []
        client.quit()


def test_an_exception_in_the_loop_leaves_the_session_in_order():
    with Talking(RETR, NOOP, QUIT) as talk:
        client = talk.login()
        try:
            with client.retrieve(1) as message:
                for _ in message:
                    raise ValueError("mine")
        except ValueError as error:
            assert error.args == ("mine",)
        client.noop()
        client.quit()


def test_kept_packets_are_the_caller_s():
    with Talking(RETR, NOOP, QUIT, payload=128, packets=30) as talk:
        client = talk.login()
        kept = []
        with client.retrieve(1) as message:
            for packet in message:
                kept.append(packet.keep())
        client.noop()
        client.quit()
        assert b"".join([bytes(packet.data) for packet in kept]) == LONG
        assert talk.pool.free == 30 - len(kept)
        for packet in kept:
            packet.release()


def test_when_all_packets_are_kept_reading_stops_and_goes_on():
    with Talking(RETR, QUIT, payload=512, packets=2) as talk:
        client = talk.login()
        mail = b""
        kept = []
        message = client.retrieve(1)
        while not message.complete:
            try:
                for packet in message:
                    mail += bytes(packet.data)
                    kept.append(packet.keep())
            except micropop.PoolEmpty:
                assert len(kept) == 2
                while kept:
                    kept.pop().release()
        while kept:
            kept.pop().release()
        assert mail == LONG
        client.quit()


def test_a_lent_packet_may_be_released_early():
    with Talking(RETR, QUIT, payload=128, packets=1) as talk:
        client = talk.login()
        mail = b""
        with client.retrieve(1) as message:
            for packet in message:
                mail += bytes(packet.data)
                packet.release()
        assert mail == LONG and talk.pool.invalid_releases == 0
        client.quit()


def test_readinto_copies():
    for size in (1, 7, 100, 5000):
        with Talking(RETR, QUIT, payload=128) as talk:
            client = talk.login()
            buf = bytearray(size)
            mail = b""
            with client.retrieve(1) as message:
                n = message.readinto(buf)
                while n:
                    mail += bytes(buf[:n])
                    n = message.readinto(buf)
                assert message.received == len(LONG)
            assert mail == LONG, size
            client.quit()


def test_readinto_then_iteration_loses_nothing():
    with Talking(RETR, QUIT, payload=128) as talk:
        client = talk.login()
        buf = bytearray(50)
        with client.retrieve(1) as message:
            mail = bytes(buf[: message.readinto(buf)])
            for packet in message:
                mail += bytes(packet.data)
        assert mail == LONG
        client.quit()


def test_save_writes_all_and_tells():
    for takes in (None, 7):
        with Talking((b"RETR 1\r\n", b"+OK 2890 octets\r\n" + LONG + b".\r\n"), QUIT) as talk:
            client = talk.login()
            told = Told()
            file = File(takes)
            with client.retrieve(1) as message:
                assert message.save(file, told.add) == len(LONG)
            assert file.data == LONG
            assert told.last == (len(LONG), 2890)
            client.quit()


def test_after_rset_all_mails_are_there_and_no_others():
    stat = (b"STAT\r\n", b"+OK 2 300\r\n")
    turns = (
        stat,
        (b"DELE 1\r\n", b"+OK\r\n"),
        (b"RSET\r\n", b"+OK\r\n"),
        stat,
        (b"LIST 2\r\n", b"+OK 2 150\r\n"),
        QUIT,
    )
    with Talking(*turns) as talk:
        client = talk.login()
        client.stat()
        client.delete(1)
        client.reset()
        client.stat()
        assert client.size(2) == 150
        raises(micropop.InvalidIndex, client.size, 3)
        client.quit()


def test_a_refused_mail_leaves_the_session_in_order():
    with Talking((b"RETR 1\r\n", b"-ERR no such message\r\n"), NOOP, QUIT) as talk:
        client = talk.login()
        raises(micropop.ServerError, client.retrieve, 1)
        client.noop()
        client.quit()


def test_a_broken_connection_closes_everything():
    for end in (CLOSE, RESET):
        said = [(end,), (b"+OK", end), (b"+OK\r\n", end), (b"+OK\r\nhalf", end), (b"+OK\r\n" + LONG, end)]
        said.append((b"+OK\r\n", b"x" * 5120, end))  # whole packets
        for words in said:
            with Talking((b"RETR 1\r\n",) + words) as talk:
                client = talk.login()
                try:
                    with client.retrieve(1) as message:
                        for _ in message:
                            pass
                    raise AssertionError("not noticed")
                except micropop.ConnectionLost as error:
                    assert error.fatal and error.retry and error.status == 0x38
                assert client.state == "CLOSED"
                raises(micropop.InvalidState, client.stat)
                client.close()


def test_what_sockets_raise_is_typed():
    class Failing:
        def __init__(self, code):
            self.code = code

        def readinto(self, buf):
            raise OSError(self.code)

    for code, kind in (
        (110, micropop.Timeout),  # ETIMEDOUT on unix and rp2
        (116, micropop.Timeout),  # on esp32
        (60, micropop.Timeout),  # on macOS
        (-110, micropop.Timeout),  # under TLS, before MicroPython 1.28
        (-116, micropop.Timeout),
        ("timed out", micropop.Timeout),
        (104, micropop.ConnectionLost),
        (-104, micropop.ConnectionLost),
        (32, micropop.ConnectionLost),
        (5, micropop.ConnectionLost),
        (9, micropop.ConnectionLost),
        (-1, micropop.ConnectionLost),
    ):
        with Talking((b"NOOP\r\n",)) as talk:
            client = talk.login()
            client._recv = Failing(code).readinto
            error = raises(kind, client.noop)
            assert error.fatal and error.retry and str(code) in str(error)
            assert client.state == "CLOSED"


def test_close_never_raises_and_closes_once():
    with Talking() as talk:
        client = talk.login()
        close = client.transport.close
        times = []

        def failing():
            times.append(1)
            close()
            raise OSError(104)

        client.transport.close = failing
        for _ in range(3):
            client.close()
        assert client.state == "CLOSED" and len(times) == 1


def test_bytes_that_nobody_asked_for_are_noticed():
    with Talking((b"NOOP\r\n", b"+OK\r\n+OK and more\r\n")) as talk:
        client = talk.login()
        client.noop()
        raises(micropop.ProtocolError, client.noop)
        assert client.state == "CLOSED"


def test_writes_that_go_in_pieces():
    for takes in (1, 3):
        with Talking(NOOP, RETR, QUIT, takes=takes) as talk:
            client = talk.login()
            client.noop()
            with client.retrieve(1) as message:
                assert message.save(File()) == len(LONG)
            client.quit()
            assert talk.clock.now < 2000  # it waited for writing, which is possible soon, not for reading


def test_an_interrupted_command_closes_the_client():
    class Interrupted(Exception):
        pass

    def interrupt():
        raise Interrupted

    with Talking((b"NOOP\r\n", 9000, b"+OK\r\n")) as talk:
        client = talk.login()
        client.idle = interrupt
        raises(Interrupted, client.noop)
        assert client.state == "CLOSED"  # its reply would be taken for the next one's


def test_top_and_many_small_mails():
    turns = []
    for number in range(1, 30):
        turns.append((b"TOP %d 0\r\n" % number, b"+OK\r\nSubject: %d\r\n\r\n.\r\n" % number))
    with Talking(*turns, payload=128, packets=1) as talk:
        client = talk.login()
        for number in range(1, 30):
            with client.top(number) as message:
                assert [bytes(packet.data) for packet in message] == [b"Subject: %d\r\n\r\n" % number]
        client.close()
