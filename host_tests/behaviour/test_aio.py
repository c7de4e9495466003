"""What the asynchronous face alone does: it is cancelled anywhere, gives way, and waits for asynchronous streams."""

import sys

import micropop
import micropop.aio

from host_tests.aio.face import Gap, Waiting, run
from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import Talking, raises
from host_tests.behaviour.test_logins import Scram

LAYERS = ("aio",)
QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
TEXT = b"".join([b"line %d\r\n" % i for i in range(2000)])
RETR = (b"RETR 1\r\n", b"+OK %d octets\r\n" % len(TEXT) + TEXT + b".\r\n")


class Cancelled(BaseException):
    """Like asyncio.CancelledError."""


def client_of(talk, timeout=30):
    return micropop.aio.AsyncClient(connected(talk.server, talk.clock), talk.pool, timeout)


async def logged_in(talk, timeout=30):
    client = client_of(talk, timeout)
    await client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    return client


def cancelled(task, n):
    """Run a coroutine and cancel it where it waits for the n-th time; returns whether it was over before that, and what
    it returned."""
    try:
        for _ in range(n):
            task.send(None)
    except StopIteration as done:
        return True, done.value
    try:
        task.throw(Cancelled())
    except Cancelled:
        return False, None
    raise AssertionError("it goes on though it was cancelled")


def mail(number):
    return b"+OK\r\nmail %d\r\n.\r\n" % number


async def program(talk, read):
    """A session with each kind of call; ``read``: takes the numbers of the mails that were read."""
    async with client_of(talk) as client:
        await client.login("mrose", "tanstaaf", method="USER", cleartext=True)
        await client.stat()
        async for _ in client.list():
            pass
        _, _, uids = await client.check()
        async with uids:
            async for _ in uids:
                break
        async with client.retrieve(1) as message:
            await message.readinto(bytearray(3))
        async with client.top(1) as message:
            await message.save(Sink())
        client.pipelining = True
        async with client.retrieve_many([1, 2, 3], delete=True) as batch:
            async for message in batch:
                async for _ in message:
                    pass
                if message.read:
                    read.append(message.number)
        await client.noop()
        await client.quit()


class Sink:
    """A stream that takes a byte at a time, in its own time."""

    def __init__(self):
        self.data = b""

    async def write(self, data):
        await Gap(lambda: None)
        self.data += bytes(data[:1])
        return 1


def full_session():
    return Talking(
        (b"STAT\r\n", b"+OK 3 24\r\n"),
        (b"LIST\r\n", b"+OK\r\n1 8\r\n2 8\r\n3 8\r\n.\r\n"),
        (b"CAPA\r\n", b"+OK\r\n.\r\n"),
        (b"STAT\r\n", b"+OK 3 24\r\n"),
        (b"UIDL\r\n", b"+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n"),
        (b"RETR 1\r\n", mail(1)),
        (b"TOP 1 0\r\n", mail(1)),
        (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", mail(1), mail(2), mail(3)),
        (b"DELE 1\r\n", b"+OK\r\n"),
        (b"DELE 2\r\n", b"+OK\r\n"),
        (b"DELE 3\r\n", b"+OK\r\n"),
        NOOP,
        QUIT,
        pieces=[5] * 1000,
        takes=4,
    )


def test_cancelled_at_each_await_of_a_session():
    n = 0
    while True:
        n += 1
        with full_session() as talk:
            read = []
            over, _ = cancelled(program(talk, read), n)
            if over:
                assert read == [1, 2, 3]
                break
            assert talk.server.closed and talk.pool.free == talk.pool.total, n
            assert b"tanstaaf" not in bytes(talk.pool.memory)
            assert b"QUIT" not in talk.server.sent or len(read) == 3  # else nothing is deleted
            for number in (1, 2, 3):
                assert b"DELE %d" % number not in talk.server.sent or number in read
            talk.forgive()
    assert n > 60


async def by_a_loop(message):
    async for packet in message:
        data = bytes(packet.data)
        packet.release()  # it was taken
        return data
    return b""


async def by_readinto(message):
    data = bytearray(1000)
    return bytes(data[: await message.readinto(data)])


def test_cancelled_at_each_await_of_a_mail_it_goes_on():
    for step in (by_a_loop, by_readinto):
        for payload, limit in ((64, None), (512, None), (64, 100000)):
            with Talking(RETR, NOOP, QUIT, payload=payload, pieces=[100, 1300] * 100) as talk:
                client = run(logged_in(talk))
                message = client.retrieve(1, limit)
                run(message.__aenter__())
                got = b""
                times = 0
                while not message.read:
                    over, data = cancelled(step(message), 1)
                    if not over:
                        times += 1
                        assert client.state == "TRANSACTION"
                        if not message.complete:
                            raises(micropop.InvalidState, run, client.noop())
                        data = run(step(message))
                    got += data
                assert got == TEXT and times > 2, (payload, limit)
                run(client.noop())
                run(client.quit())


def test_cancelled_at_each_await_of_a_stream_that_writes():
    with Talking(RETR, NOOP, QUIT, payload=64) as talk:
        client = run(logged_in(talk))
        message = client.retrieve(1)
        run(message.__aenter__())
        sink = Sink()
        n = 0
        while not message.read:
            n += 1
            cancelled(message.save(sink), n % 50 + 1)
        assert sink.data == TEXT
        run(client.noop())
        run(client.quit())


def test_leaving_by_a_cancellation_does_not_read_on():
    for taken in (1, 3, 1000):
        for turns in ((RETR,), (RETR, NOOP, QUIT)) if taken == 1000 else ((RETR,),):
            with Talking(*turns, payload=64) as talk:
                client = run(logged_in(talk))

                async def program(client=client, taken=taken):
                    async with client.retrieve(1) as message:
                        async for _ in message:
                            taken -= 1
                            if not taken:
                                break
                        raise Cancelled

                waits = 0
                task = program()
                try:
                    while True:
                        task.send(None)
                        waits += 1
                except Cancelled:
                    pass
                assert talk.pool.free == talk.pool.total and waits < 30
                if taken == 1000:  # it was read to its end
                    if len(turns) > 1:
                        run(client.noop())
                        run(client.quit())
                    client.close()
                assert client.state == "CLOSED"


def test_leaving_a_listing_or_many_mails_by_a_cancellation_does_neither():
    def listing(client):
        return client.uidl()

    def batch(client):
        return client.retrieve_many([1, 2, 3])

    lines = b"+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n"
    many = ((b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", mail(1), 10000, mail(2), mail(3)),)
    for make, turns in ((listing, ((b"UIDL\r\n", lines),)), (batch, many)):
        for taken in (0, 1, 3, 4):  # 4: to the end
            with Talking(*turns, *((NOOP, QUIT) if taken == 4 else ())) as talk:
                client = run(logged_in(talk))
                client.pipelining = True

                async def program(client=client, make=make, taken=taken):
                    async with make(client) as stream:
                        if taken:
                            async for _ in stream:
                                taken -= 1
                                if not taken:
                                    break
                        raise Cancelled

                if make is batch and not taken:
                    talk.forgive()  # nothing was sent yet
                before = talk.clock.now
                raises(Cancelled, run, program())
                if taken == 4:
                    run(client.noop())
                    run(client.quit())
                elif make is listing or taken:
                    assert client.state == "CLOSED", (make, taken)
                    assert "interrupted" in str(raises(micropop.InvalidState, run, client.noop()))
                    assert talk.clock.now - before < 20000
                client.close()


def test_what_another_task_calls_meanwhile():
    with Talking((b"NOOP\r\n", 10, b"+OK\r\n"), (b"RETR 1\r\n", 10) + RETR[1:], QUIT) as talk:
        client = run(logged_in(talk))
        for task in (client.noop(), client.retrieve(1).__aenter__()):
            task.send(None)
            for other in (client.stat(), client.quit(), client.retrieve(2).__aenter__(), client.list().__anext__()):
                error = raises(micropop.InvalidState, run, other)
                assert not error.fatal
            raises(micropop.InvalidState, run, client.discard())
            run(task)
        run(client.discard())
        run(client.quit())


def test_another_task_closes_it():
    for n in (1, 2):
        with Talking((b"STAT\r\n", 100, b"+OK 1", 100, b" 10\r\n")) as talk:
            client = run(logged_in(talk))
            task = client.stat()
            for _ in range(n):
                task.send(None)
            client.close()
            assert "closed" in str(raises(micropop.InvalidState, run, task))
            assert talk.pool.free == talk.pool.total


def test_the_greeting_comes_first():
    with Talking(NOOP, QUIT, greeting=(1000, b"+OK hello\r\n")) as talk:
        client = client_of(talk)
        assert client.greeting is None
        task = client.login("mrose", "tanstaaf", method="USER", cleartext=True)
        task.send(None)
        raises(micropop.InvalidState, run, client.noop())
        run(task)
        assert client.greeting == b"+OK hello"
        run(client.noop())
        run(client.quit())
    with Talking(greeting=b"-ERR [SYS/TEMP] later\r\n", logged_in=False) as talk:
        client = client_of(talk)
        raises(micropop.TemporaryFailure, run, client.__aenter__())
        raises(micropop.InvalidState, run, client.noop())


def stretches(task):
    """How much a coroutine counts between the turns of the others, and behind the last; it yields a step for each turn,
    and counts by itself in the list that it is made with."""
    counted, steps = task
    found = []
    while True:
        before = len(counted)
        try:
            steps.send(None)
        except StopIteration:
            return found + [len(counted) - before]
        found.append(len(counted) - before)


async def each(stream, counted):
    async with stream:
        async for item in stream:
            counted.append(bytes(item.data) if hasattr(item, "data") else item)


async def into(stream, counted):
    data = bytearray(128)
    async with stream:
        while True:
            n = await stream.readinto(data)
            if not n:
                break
            counted.append(bytes(data[:n]))


async def saved(stream, counted):
    class List:
        def write(self, data):
            counted.append(bytes(data))
            return len(data)

    async with stream:
        await stream.save(List())


def turns_are_given(found):
    """Others get their turn behind 32 items and one that is lent behind the turn, and not behind each: that would take
    time."""
    assert max(found) <= 33, found
    assert len(found) <= 6 + sum(found) // 16, found


LONG = b"0123456789" * 2000 + b"\r\n"
STUFFED = b"x\r\n..y" * 3000 + b"\r\n"  # as it is sent
# dots that a server did not stuff, where packets are full all the same
BARE = (b"x" * 30 + b"\n." + b"x" * 32) * 200 + b"\r\n"
SHORT = b"\r\n" * 8000


def test_a_mail_that_is_there_lets_others_have_their_turn():
    for sent in (TEXT, LONG, STUFFED, BARE, SHORT):
        for reader in (each, into, saved):
            for limit in (None, 1000000):
                with Talking((b"RETR 1\r\n", b"+OK\r\n" + sent + b".\r\n"), QUIT, payload=64) as talk:
                    client = run(logged_in(talk))
                    counted = []
                    found = stretches((counted, reader(client.retrieve(1, limit), counted)))
                    assert b"".join(counted) == sent.replace(b"\n..", b"\n.")
                    turns_are_given(found)
                    run(client.quit())


def test_a_mail_that_changes_its_kind_does_too():
    for n in range(20, 54):
        sent = (b"x" * 62 + b"\r\n") * n + BARE
        with Talking((b"RETR 1\r\n", b"+OK\r\n", sent + b".\r\n"), QUIT, payload=64) as talk:
            client = run(logged_in(talk))
            counted = []
            turns_are_given(stretches((counted, each(client.retrieve(1), counted))))
            assert b"".join(counted) == sent
            run(client.quit())


def test_what_nobody_reads_does_too():
    lines = b"".join([b"%d u%d\r\n" % (n, n) for n in range(1, 2000)])
    many = (b"RETR 1\r\nRETR 2\r\n", b"+OK\r\n" + TEXT + b".\r\n", b"+OK\r\n" + TEXT + b".\r\n")
    for make, said in (
        (lambda client: client.retrieve(1), RETR),
        (lambda client: client.uidl(), (b"UIDL\r\n", b"+OK\r\n" + lines + b".\r\n")),
        (lambda client: client.retrieve_many([1, 2]), many),
    ):
        with Talking(said, QUIT, payload=64) as talk:
            client = run(logged_in(talk))
            client.pipelining = True
            stream = make(client)
            run(stream.__anext__())
            task = client.discard()
            turns = 0
            try:
                while True:
                    task.send(None)
                    turns += 1
            except StopIteration:
                packets = sum([len(words) for words in said[1:]]) // 64
            assert packets // 40 <= turns <= packets // 16, (turns, packets)
            run(client.quit())


class Announced(Waiting):
    """One that counts what it is told: that a task waits, sleeps or pauses."""

    count = 0

    def wait(self, writing, ms):
        self.count += 1
        return Waiting.wait(self, writing, ms)

    def sleep(self, ms):
        self.count += 1
        return Waiting.sleep(self, ms)

    def pause(self):
        self.count += 1


def test_before_each_turn_it_is_told():
    for sent in (TEXT, LONG, BARE, SHORT):
        for reader in (each, into, saved):
            turns = ((b"RETR 1\r\n", b"+OK\r\n" + sent + b".\r\n"), (b"NOOP\r\n", 10, b"+OK\r\n"))
            with Talking(*turns, QUIT, payload=64) as talk:
                transport = connected(talk.server, talk.clock)
                waits = transport.waiting = Announced(transport, talk.clock)
                client = micropop.aio.AsyncClient(transport, talk.pool)

                async def program(client=client, reader=reader):
                    await client.login("mrose", "tanstaaf", method="USER", cleartext=True)
                    await reader(client.retrieve(1), [])
                    await client.noop()
                    await client.quit()

                task = program()
                turns = 0
                try:
                    while True:
                        task.send(None)
                        turns += 1
                        assert waits.count == turns
                except StopIteration:
                    assert turns > 5


def test_a_mail_that_is_waited_for_gives_no_turns_besides():
    said = [b"+OK\r\n"]
    for at in range(0, len(TEXT), 64):
        said += [10, TEXT[at : at + 64]]
    with Talking((b"RETR 1\r\n",) + tuple(said) + (b".\r\n",), QUIT, payload=64) as talk:
        client = run(logged_in(talk))
        counted = []
        found = stretches((counted, each(client.retrieve(1), counted)))
        assert b"".join(counted) == TEXT and len(TEXT) // 64 <= len(found) <= len(TEXT) // 64 + 5
        run(client.quit())


def test_a_listing_that_is_there_does_too():
    lines = b"".join([b"%d u%d\r\n" % (n, n) for n in range(1, 300)])
    for payload in (64, 4096):
        with Talking((b"UIDL\r\n", b"+OK\r\n" + lines + b".\r\n"), QUIT, payload=payload) as talk:
            client = run(logged_in(talk))
            counted = []
            found = stretches((counted, each(client.uidl(), counted)))
            assert [number for number, _ in counted] == list(range(1, 300))
            turns_are_given(found)
            run(client.quit())


def test_a_long_computation_does_too():
    if sys.implementation.name == "cpython":
        return  # which has it in C
    scram = Scram()
    turns = [(b"AUTH SCRAM-SHA-256\r\n", b"+ \r\n"), (scram.first,), (scram.final,), (scram.last,), QUIT]
    with Talking(*turns, logged_in=False) as talk:
        client = client_of(talk)
        task = client.login("mrose", "pencil", method="SCRAM-SHA-256")
        turns = 0
        try:
            while True:
                task.send(None)
                turns += 1
        except StopIteration:
            assert turns >= 4096 // 64
        run(client.quit())


class Writer:
    """asyncio's StreamWriter: it returns nothing, keeps what it was given, and is drained."""

    def __init__(self):
        self.given = []
        self.data = b""

    def write(self, data):
        self.given.append(data)

    async def drain(self):
        await Gap(lambda: None)
        self.data += b"".join([bytes(data) for data in self.given])
        self.given = []


def test_streams_that_a_mail_is_saved_to():
    class Blocking:
        data = b""

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    class Counting(Blocking):
        def write(self, data):
            return Blocking.write(self, data) + 7  # what it made of them

    for stream in (Sink(), Writer(), Blocking(), Counting()):
        with Talking(RETR, QUIT, payload=64) as talk:
            client = run(logged_in(talk))
            seen = []

            async def progress(received, octets, seen=seen):
                await Gap(lambda: None)
                seen.append((received, octets))

            async def save(client=client, stream=stream, progress=progress):
                async with client.retrieve(1) as message:
                    return await message.save(stream, progress)

            assert run(save()) == len(TEXT) and stream.data == TEXT
            assert seen[-1] == (len(TEXT), len(TEXT))
            run(client.quit())


def test_while_a_stream_takes_its_time_the_client_is_busy():
    with Talking(RETR, QUIT) as talk:
        client = run(logged_in(talk))
        message = client.retrieve(1)
        run(message.__aenter__())
        task = message.save(Sink())
        task.send(None)
        raises(micropop.InvalidState, run, client.noop())
        raises(micropop.InvalidState, run, message.discard())
        run(task)
        run(client.quit())


def test_between_commands_no_packet_is_held():
    with Talking(NOOP, RETR, QUIT) as talk:
        client = run(logged_in(talk))
        assert talk.pool.free == talk.pool.total
        run(client.noop())
        assert talk.pool.free == talk.pool.total
        assert run(client.retrieve(1).__aenter__()).octets == len(TEXT)
        run(client.discard())
        assert talk.pool.free == talk.pool.total
        run(client.quit())


def test_nothing_is_sent_before_the_first_step():
    with Talking(QUIT) as talk:
        client = run(logged_in(talk))
        sent = talk.server.sent
        made = (client.retrieve(1), client.top(1), client.list(), client.uidl(), client.languages())
        batch = client.retrieve_many([1], delete=True)
        assert talk.server.sent == sent
        raises(micropop.InvalidIndex, run, client.retrieve(0).__aenter__())
        raises(micropop.InvalidArgument, client.top, 1, -1)
        run(client.quit())
        for each in made[:2]:
            raises(micropop.InvalidState, run, each.__aenter__())
            raises(micropop.InvalidState, run, each.readinto(bytearray(1)))
        for each in made[2:]:
            raises(micropop.InvalidState, run, each.__anext__())
        raises(micropop.InvalidState, run, batch.__anext__())


def test_another_task_closes_it_while_a_mail_that_is_there_gives_way():
    for limit in (None, 1000000):
        with Talking(RETR, payload=64) as talk:
            client = run(logged_in(talk))

            async def read(client=client, limit=limit):
                async with client.retrieve(1, limit) as message:
                    async for _ in message:
                        pass

            task = read()
            for _ in range(3):
                task.send(None)
            client.close()
            error = raises(micropop.InvalidState, run, task)
            assert "closed" in str(error)
            assert talk.pool.free == talk.pool.total
