"""Several commands in flight where the server allows it, and the same calls in turn elsewhere: the same results."""

import micropop

from host_tests.behaviour.fake import CLOSE
from host_tests.behaviour.talking import Talking, raises

QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
FOUND = (b"CAPA\r\n", b"+OK\r\nPIPELINING\r\n.\r\n")
NOT_FOUND = (b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n")


def mail(number):
    return b"Subject: %d\r\n\r\n" % number + b"text %d\r\n" % number * (number % 50)


def sent(number):
    return b"+OK\r\n" + mail(number) + b".\r\n"


def read(message):
    return b"".join([bytes(packet.data) for packet in message])


class PopServer:
    """The server's side of any number of RETR and DELE, for a script: ``turns`` of it.

    :param commands: how many commands will come
    :param refused: the commands that are answered -ERR

    ``commands``: those that came, in turn. ``most``: the most octets of commands that were ever unanswered.
    """

    def __init__(self, commands, refused=()):
        self.turns = ((self.answer,),) * commands
        self.commands = []
        self._refused = refused

    def answer(self, line):
        command = line[:-2].decode()
        assert line == command.encode() + b"\r\n"
        self.commands.append(command)
        if command in self._refused:
            return b"-ERR no " + line
        verb, number = command.split(" ")
        return sent(int(number)) if verb == "RETR" else b"+OK deleted\r\n"


# -- check


def test_check_whose_stat_is_refused_reads_the_listing_and_goes_on():
    for uids in ((b"+OK\r\n1 a\r\n2 b\r\n.\r\n",), (b"+OK\r\n1 a\r\n", b"2 b\r\n", b".\r\n")):
        retr = (b"RETR 1\r\n", sent(1))
        turns = (FOUND, (b"STAT\r\nUIDL\r\n", b"-ERR [SYS/TEMP] not now\r\n") + uids, retr, NOOP, QUIT)
        with Talking(*turns) as talk:
            client = talk.login()
            raises(micropop.TemporaryFailure, client.check)
            assert talk.pool.free == talk.pool.total
            assert read(client.retrieve(1)) == mail(1)
            client.noop()
            client.quit()


def test_check_is_one_round_trip():
    turns = (FOUND, (b"STAT\r\nUIDL\r\n", b"+OK 2 300\r\n", b"+OK\r\n1 a\r\n2 b\r\n.\r\n"), QUIT)
    with Talking(*turns) as talk:
        client = talk.login()
        count, octets, uids = client.check()
        assert (count, octets) == (2, 300)
        raises(micropop.InvalidState, client.noop)
        assert list(uids) == [(1, b"a"), (2, b"b")]
        raises(micropop.InvalidIndex, client.retrieve, 3)
        client.quit()


def test_check_in_turn():
    turns = (NOT_FOUND, (b"STAT\r\n", b"+OK 2 300\r\n"), (b"UIDL\r\n", b"+OK\r\n1 a\r\n2 b\r\n.\r\n"), QUIT)
    with Talking(*turns) as talk:
        client = talk.login()
        count, octets, uids = client.check()
        assert (count, octets, list(uids)) == (2, 300, [(1, b"a"), (2, b"b")])
        client.quit()


def test_check_asks_once_what_the_server_can():
    check = (b"STAT\r\nUIDL\r\n", b"+OK 0 0\r\n+OK\r\n.\r\n")
    with Talking(FOUND, check, check, QUIT) as talk:
        client = talk.login()
        for _ in range(2):
            assert list(client.check()[2]) == []
        client.quit()


def test_check_counts_the_deleted_mails():
    for begin, check in (
        (FOUND, ((b"STAT\r\nUIDL\r\n", b"+OK 2 20\r\n+OK\r\n2 b\r\n3 c\r\n.\r\n"),)),
        (NOT_FOUND, ((b"STAT\r\n", b"+OK 2 20\r\n"), (b"UIDL\r\n", b"+OK\r\n2 b\r\n3 c\r\n.\r\n"))),
    ):
        turns = ((b"DELE 1\r\n", b"+OK\r\n"), begin) + check + ((b"LIST 3\r\n", b"+OK 3 10\r\n"), QUIT)
        with Talking(*turns) as talk:
            client = talk.login()
            client.delete(1)
            count, _, uids = client.check()
            assert (count, list(uids)) == (2, [(2, b"b"), (3, b"c")])
            assert client.size(3) == 10
            raises(micropop.InvalidIndex, client.size, 4)
            client.quit()


def test_what_the_last_session_knew_spares_the_question():
    with Talking((b"STAT\r\nUIDL\r\n", b"+OK 0 0\r\n+OK\r\n.\r\n"), QUIT) as talk:
        client = talk.login()
        client.pipelining = True
        assert list(client.check()[2]) == []
        client.quit()


def test_check_with_a_refused_stat_or_uidl():
    listing = b"+OK\r\n1 a\r\n2 b\r\n.\r\n"
    for begin, turns in (
        (FOUND, ((b"STAT\r\nUIDL\r\n", b"-ERR [SYS/TEMP] x\r\n" + listing),)),
        (FOUND, ((b"STAT\r\nUIDL\r\n", b"+OK 2 300\r\n-ERR [SYS/TEMP] x\r\n"),)),
        (FOUND, ((b"STAT\r\nUIDL\r\n", b"-ERR [SYS/TEMP] x\r\n-ERR no\r\n"),)),
        (NOT_FOUND, ((b"STAT\r\n", b"-ERR [SYS/TEMP] x\r\n"),)),
        (NOT_FOUND, ((b"STAT\r\n", b"+OK 2 300\r\n"), (b"UIDL\r\n", b"-ERR [SYS/TEMP] x\r\n"))),
    ):
        with Talking(begin, *turns, NOOP, QUIT) as talk:
            client = talk.login()
            raises(micropop.ServerError, client.check)
            client.noop()  # the session is in step
            client.quit()


def test_check_by_a_server_that_answers_stat_with_rubbish():
    for begin, turns in (
        (FOUND, ((b"STAT\r\nUIDL\r\n", b"+OK what\r\n+OK\r\n.\r\n"),)),
        (NOT_FOUND, ((b"STAT\r\n", b"+OK what\r\n"),)),
    ):
        with Talking(begin, *turns) as talk, talk.login() as client:
            raises(micropop.ProtocolError, client.check)
            assert client.state == "CLOSED"


# -- retrieve_many


def test_many_mails_come_in_order_and_whole():
    for begin in (FOUND, NOT_FOUND):
        for payload, packets in ((64, 1), (128, 2), (512, 4)):
            server = PopServer(120)
            with Talking(begin, *server.turns, QUIT, payload=payload, packets=packets) as talk:
                client = talk.login()
                found = []
                for message in client.retrieve_many(range(1, 121)):
                    found.append(message.number)
                    assert read(message) == mail(message.number)
                assert found == list(range(1, 121))
                assert talk.pool.free == talk.pool.total
                client.quit()


def test_the_results_are_the_same_however_the_bytes_are_cut():
    for pieces in ([1] * 20000, [7] * 3000, [63, 64, 65] * 300):
        server = PopServer(30)
        with Talking(FOUND, *server.turns, QUIT, payload=64, packets=2, pieces=pieces) as talk:
            client = talk.login()
            assert [read(message) for message in client.retrieve_many(range(1, 31))] == [mail(n) for n in range(1, 31)]
            client.quit()


def test_several_commands_are_in_flight_and_not_too_many():
    server = PopServer(300)
    with Talking(FOUND, *server.turns, QUIT) as talk:
        client = talk.login()
        most = 0
        for count, message in enumerate(client.retrieve_many(range(1, 301)), 1):
            ahead = sum([len(command) + 2 for command in server.commands[count:]])
            most = max(most, ahead)
            assert ahead <= 512
            read(message)
        assert most > 250
        client.quit()


def test_one_command_at_a_time_where_the_server_allows_no_more():
    server = PopServer(20)
    with Talking(NOT_FOUND, *server.turns, QUIT) as talk:
        client = talk.login()
        for count, message in enumerate(client.retrieve_many(range(1, 21)), 1):
            assert len(server.commands) == count
            read(message)
        client.quit()


def test_numbers_in_any_order_and_from_any_iterable():
    for numbers in ([5, 3, 9], (n for n in (5, 3, 9)), {5: "", 3: "", 9: ""}):
        server = PopServer(3)
        with Talking(FOUND, *server.turns, QUIT) as talk:
            client = talk.login()
            found = [(message.number, read(message)) for message in client.retrieve_many(numbers)]
            assert sorted(found) == [(3, mail(3)), (5, mail(5)), (9, mail(9))]
            client.quit()


def test_no_numbers():
    for begin in (FOUND, NOT_FOUND):
        with Talking(begin, QUIT) as talk:
            client = talk.login()
            assert list(client.retrieve_many([])) == []
            client.quit()


def test_mails_are_deleted_behind_their_last_octet():
    for begin in (FOUND, NOT_FOUND):
        for payload, packets in ((64, 1), (512, 4)):
            server = PopServer(80)
            with Talking(
                begin, *server.turns, (b"RSET\r\n", b"+OK\r\n"), QUIT, payload=payload, packets=packets
            ) as talk:
                client = talk.login()
                for message in client.retrieve_many(range(1, 41), delete=True):
                    assert "DELE %d" % message.number not in server.commands
                    read(message)
                assert sorted(server.commands) == sorted(
                    ["RETR %d" % n for n in range(1, 41)] + ["DELE %d" % n for n in range(1, 41)]
                )
                assert client.deleted == 40
                client.reset()
                client.quit()


def test_only_mails_that_were_read_to_their_end_are_deleted():
    for begin in (FOUND, NOT_FOUND):
        server = PopServer(13)
        with Talking(begin, *server.turns, QUIT) as talk:
            client = talk.login()
            for message in client.retrieve_many(range(40, 50), delete=True):
                if message.number % 3 == 0:
                    read(message)
                elif message.number % 3 == 1:
                    next(message)
            assert [c for c in server.commands if c[:4] == "DELE"] == ["DELE 42", "DELE 45", "DELE 48"]
            client.quit()


def test_a_mail_left_by_its_with_is_not_deleted_unless_it_was_read():
    server = PopServer(5)
    with Talking(FOUND, *server.turns, QUIT, payload=64) as talk:
        client = talk.login()
        for message in client.retrieve_many([30, 31, 32], delete=True):
            with message:
                while next(message, None) and message.number != 31:
                    pass
        assert [c for c in server.commands if c[:4] == "DELE"] == ["DELE 30", "DELE 32"]
        client.quit()


def test_a_refused_mail_is_a_message_that_raises():
    for begin in (FOUND, NOT_FOUND):
        server = PopServer(7, refused=("RETR 2",))
        with Talking(begin, *server.turns, NOOP, QUIT) as talk:
            client = talk.login()
            found = []
            for message in client.retrieve_many([1, 2, 3, 4], delete=True):
                if message.number == 2:
                    raises(micropop.ServerError, read, message)
                    raises(micropop.ServerError, message.readinto, bytearray(10))
                else:
                    found.append(read(message))
            assert found == [mail(1), mail(3), mail(4)]
            assert "DELE 2" not in server.commands
            client.noop()
            client.quit()


def test_a_refused_deletion_is_raised_when_all_mails_have_come():
    for begin in (FOUND, NOT_FOUND):
        server = PopServer(6, refused=("DELE 1",))
        with Talking(begin, *server.turns, NOOP, QUIT) as talk:
            client = talk.login()
            batch = client.retrieve_many([1, 2, 3], delete=True)
            for number in (1, 2, 3):
                message = next(batch)
                assert message.number == number
                assert read(message) == mail(number)
            raises(micropop.ServerError, next, batch)
            assert list(batch) == []
            client.noop()
            client.quit()


def test_of_several_failures_the_first_is_raised():
    def failing():
        yield from (1, 2, 3)
        raise ZeroDivisionError

    for begin in (FOUND, NOT_FOUND):
        for numbers in ((1, 2, 3), failing()):
            server = PopServer(6, refused=("DELE 1", "DELE 3"))
            with Talking(begin, *server.turns, QUIT) as talk:
                client = talk.login()
                batch = client.retrieve_many(numbers, delete=True)
                for number in (1, 2, 3):
                    assert read(next(batch)) == mail(number)
                if begin is FOUND and not isinstance(numbers, tuple):
                    raises(ZeroDivisionError, next, batch)  # it came while the first mails did
                else:
                    assert raises(micropop.ServerError, next, batch).text == "no DELE 1"
                client.quit()


def test_what_closing_may_read_on_is_counted_over_all_mails_in_flight():
    server = PopServer(5)
    with Talking(FOUND, *server.turns) as talk:
        client = talk.login()
        batch = client.retrieve_many([41, 42, 43, 44, 45])
        read(next(batch))
        error = raises(micropop.LimitExceeded, batch.close, 1000)  # each has fewer
        assert error.fatal and client.state == "CLOSED"
    flight = sum([len(mail(number)) for number in (42, 43, 44, 45)])
    with Talking(FOUND, *PopServer(5).turns) as talk:
        client = talk.login()
        batch = client.retrieve_many([41, 42, 43, 44, 45])
        read(next(batch))
        raises(micropop.LimitExceeded, batch.close, flight - 1)
    for limit in (4000, flight):
        server = PopServer(5)
        with Talking(FOUND, *server.turns, NOOP, QUIT) as talk:
            client = talk.login()
            batch = client.retrieve_many([41, 42, 43, 44, 45])
            read(next(batch))
            assert batch.close(limit) == flight
            client.noop()
            client.quit()
    with Talking(FOUND, *PopServer(5).turns, NOOP, QUIT, payload=64) as talk:
        client = talk.login()
        batch = client.retrieve_many([41, 42, 43, 44, 45])
        taken = next(next(batch)).length
        assert batch.close() == len(mail(41)) - taken + flight
        client.noop()
        client.quit()


def test_leaving_early_reads_what_is_in_flight_and_deletes_nothing_more():
    for begin, flight in ((FOUND, 6), (NOT_FOUND, 3)):
        server = PopServer(flight)
        with Talking(begin, *server.turns, NOOP, QUIT) as talk:
            client = talk.login()
            with client.retrieve_many([41, 42, 43, 44, 45], delete=True) as batch:
                read(next(batch))
                next(next(batch))
                raises(micropop.InvalidState, client.noop)
            assert not [c for c in server.commands if c in ("DELE 42", "DELE 43", "DELE 44", "DELE 45")]
            client.noop()
            client.quit()


def test_an_open_batch_is_in_the_way_and_discard_ends_it():
    server = PopServer(5)
    with Talking(FOUND, *server.turns, NOOP, QUIT) as talk:
        client = talk.login()
        batch = client.retrieve_many([41, 42, 43, 44, 45])
        read(next(batch))
        for call in (client.noop, client.stat, client.list, client.quit, client.check):
            raises(micropop.InvalidState, call)
        raises(micropop.InvalidState, client.retrieve, 1)
        client.discard()
        client.noop()
        client.quit()


def test_numbers_that_no_mail_has_are_not_sent():
    with Talking(FOUND, (b"STAT\r\n", b"+OK 3 9\r\n"), NOOP, QUIT) as talk:
        client = talk.login()
        client.capabilities()
        client.stat()
        for number in (0, 4, -1, "1", None):
            raises(micropop.InvalidIndex, list, client.retrieve_many([number]))
        client.noop()
        client.quit()


def test_a_limit_for_each_mail():
    for begin in (FOUND, NOT_FOUND):
        server = PopServer(3)
        with Talking(begin, *server.turns, NOOP, QUIT) as talk:
            client = talk.login()
            sizes = []
            for message in client.retrieve_many([1, 49, 2], limit=200):
                try:
                    sizes.append(len(read(message)))
                except micropop.LimitExceeded:
                    sizes.append(None)
            assert sizes == [len(mail(1)), None, len(mail(2))]
            client.noop()
            client.quit()


def test_a_connection_that_breaks_in_a_batch():
    for said in (
        (sent(1), CLOSE),
        (sent(1), b"+OK\r\nhalf", CLOSE),
        (sent(1) + sent(2), CLOSE),
        (sent(1), b"rubbish\r\n"),
    ):
        with Talking(FOUND, (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n",) + said) as talk, talk.login() as client:
            batch = client.retrieve_many([1, 2, 3])
            whole = 0
            error = None
            try:
                for message in batch:
                    read(message)
                    whole += message.complete
            except micropop.Error as caught:
                error = caught
            assert error.fatal and client.state == "CLOSED"
            assert whole == (2 if len(said[0]) > len(sent(1)) else 1)
            assert talk.pool.free == talk.pool.total
            raises(micropop.InvalidState, next, batch)


def test_a_batch_whose_client_was_closed_is_left_without_a_word():
    for replies in ((sent(1), sent(2)), (sent(1),)):
        with Talking(FOUND, (b"RETR 1\r\nRETR 2\r\n",) + replies) as talk, talk.login() as client:
            talk.forgive()
            with client.retrieve_many([1, 2]) as batch:
                next(batch)
                client.close()
            assert batch.close() == 0


def test_a_reply_that_is_none_ends_the_batch_at_once():
    with Talking(FOUND, (b"RETR 1\r\nRETR 2\r\n", sent(1), b"rubbish\r\n")) as talk, talk.login() as client:
        batch = client.retrieve_many([1, 2])
        read(next(batch))
        raises(micropop.ProtocolError, next, batch)


def test_a_kept_packet_of_each_mail():
    server = PopServer(8)
    with Talking(FOUND, *server.turns, QUIT, payload=512, packets=10) as talk:
        client = talk.login()
        kept = []
        for message in client.retrieve_many(range(1, 9)):
            for packet in message:
                if packet.length:
                    kept.append(packet.keep())
        assert b"".join([bytes(packet.data) for packet in kept]) == b"".join([mail(n) for n in range(1, 9)])
        for packet in kept:
            packet.release()
        client.quit()


def test_kept_packets_of_mails_that_came_in_one_piece():
    turn = (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", sent(1) + sent(2) + sent(3))
    for payload in (300, 512):
        with Talking(FOUND, turn, NOOP, QUIT, payload=payload, packets=6) as talk:
            client = talk.login()
            kept = []
            for message in client.retrieve_many((1, 2, 3)):
                for packet in message:
                    kept.append(packet.keep())
            assert [bytes(packet.data) for packet in kept] == [mail(1), mail(2), mail(3)]
            for packet in kept:
                packet.release()
            client.noop()
            assert talk.pool.invalid_releases == 0
            client.quit()


def test_mails_whose_sizes_are_always_announced_wrong_count_as_read_when_that_is_known():
    """Whether the first swallowed the reply behind it can only be told by the second."""
    retr = (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n",)
    retr += tuple([b"+OK 9000 octets\r\n" + mail(number) + b".\r\n" for number in (1, 2, 3)])
    with Talking(FOUND, retr, QUIT) as talk:
        client = talk.login()
        messages = []
        for message in client.retrieve_many([1, 2, 3]):
            assert read(message) == mail(len(messages) + 1)
            messages.append(message)
        assert [message.read for message in messages] == [True, True, True]
        client.quit()
