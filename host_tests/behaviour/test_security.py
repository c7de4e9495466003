"""What an attacker may try who owns the server, the network or the mail; and misuse that must not cost a mail."""

from binascii import b2a_base64, hexlify
from hashlib import sha256

import micropop
from micropop.errors.readable import text_of

from host_tests.behaviour import layers
from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import Talking, raises

NEED_WAIT = ("test_a_mail_behind_which_more_comes_unasked_is_not_complete",)  # or nobody looks for more
QUIT = (b"QUIT\r\n", b"+OK\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")
PASSWORD = "Correct-horse7"


def base64(octets):
    return b2a_base64(octets)[:-1]


def body(text):
    """A reply to RETR."""
    return b"+OK\r\n" + text + b"\r\n.\r\n"


def read(message):
    return b"".join([bytes(packet.data) for packet in message])


class Sink:
    """A file that is full after ``room`` bytes."""

    def __init__(self, room=10000):
        self.data = b""
        self.room = room

    def write(self, data):
        if len(self.data) + len(data) > self.room:
            raise OSError(28)
        self.data += bytes(data)
        return len(data)


# --- secrets


def refused_with(echo, method="USER", user="mrose", password=PASSWORD):
    """(the error, the pool) of a login whose password the server refuses, saying what ``echo`` makes of its command."""

    def answer(line):
        return b"-ERR " + echo(line.strip()) + b"\r\n"

    if method == "USER":
        turns = ((b"USER %s\r\n" % user.encode(), b"+OK\r\n"), (answer,))
    elif method == "LOGIN":
        turns = (
            (b"AUTH LOGIN\r\n", b"+ VXNlcm5hbWU6\r\n"),
            (lambda line: b"+ UGFzc3dvcmQ6\r\n",),
            (answer,),
        )
    else:
        turns = ((answer,),)
        if not echo(b"x").startswith(b"["):  # then it may be the initial response that is refused
            turns += ((b"AUTH PLAIN\r\n", b"+\r\n"), (answer,))
    with Talking(*turns, logged_in=False, packets=1) as talk:
        with talk.connect() as client:
            error = raises(micropop.ServerError, client.login, user, password, method=method, cleartext=True)
        return error, talk.pool


def shows(text, secret):
    """Whether a text gives a secret away, in clear or as base64."""
    if secret.lower() in text.lower():
        return True
    for lead in (b"", b"x", b"xx"):
        coded = base64(lead + secret.encode())
        core = coded[len(lead) and 4 : len(coded) // 4 * 4 - 4].decode()
        if len(core) > 3 and core in text:
            return True
    return False


def test_an_error_never_shows_a_password_that_the_server_repeats():
    for password in (PASSWORD, "hunter2", "12", "p" * 60):
        for method in ("USER", "LOGIN", "PLAIN"):
            for echo in (
                lambda line: line,
                lambda line: b"what is '" + line + b"'?",
                lambda line: b"(" + line.replace(b" ", b":") + b")",
                lambda line: line.upper() if line.startswith(b"PASS") else line,
                lambda line: b"[AUTH] " + line,
                lambda line: b"[" + line + b"]",
            ):
                error, _ = refused_with(echo, method, password=password)
                for text in (str(error), error.text, error.code, repr(error.args)):
                    assert not shows(text, password), (method, text)


def test_an_error_never_shows_the_head_of_a_password_either():
    error, _ = refused_with(lambda line: b"line too long: " + line[:14])
    assert PASSWORD[:9] not in str(error)


def test_an_error_never_shows_six_characters_of_a_password_in_a_row():
    for password in ("hunter22secret", "correct horse battery staple", "Gr\xfc\xdfe-aus_K\xf6ln.7"):
        plain = password.encode()
        for said in (plain[1:], plain[:-1], plain[3:13], b"no: " + plain[2:].upper() + b", nor " + plain[-7:]):
            error, _ = refused_with(lambda line, said=said: b"no " + said, password=password)
            for text in (str(error), error.text, error.code, repr(error.args)):
                for at in range(len(password) - 5):
                    assert password[at : at + 6].lower() not in text.lower(), (said, text)
    error, _ = refused_with(lambda line: b"the horse is correct", password="correct horse battery staple")
    assert error.text == "the***is ***"  # which is a pity


def test_pieces_that_overlap_are_hidden_to_their_end():
    password = "bcdefghi-efghijkl"
    error, _ = refused_with(lambda line: b"no bcdefghijkl", password=password)
    assert error.text == "no ***"  # "ghijkl" is a piece, too, though "bcdefghij" is none


def test_an_error_never_shows_a_piece_of_a_token():
    token = "ya29.a0AfB_byC-q9T_x7Lk2-Zp4mNv8_Wd1sYh6-Rj3uGe5_" * 30
    for first, last in ((0, 60), (9, 400), (777, 1000), (1400, 1500)):
        said = b"-ERR no " + token[first:last].encode() + b"\r\n"
        turns = ((b"AUTH XOAUTH2\r\n", b"+ \r\n"), (lambda line, said=said: said,))
        with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
            error = raises(micropop.ServerError, client.login, "me", token=token, method="XOAUTH2", cleartext=True)
        assert error.text == "no ***"


def test_words_links_and_names_of_hosts_are_shown():
    for words in (
        "Application-specific password required: see https://support.example.com/accounts/answer/185833",
        "Web-login-required at pop.mail.some-where.example.com, user.name@a-very-long.example.org",
        "see https://help.example.com/kb/SLN27791.html and https://docs.example.com/en-us/exchange/Exchange2019/POP3",
        "AADSTS70011: The scope https://outlook.office365.com/POP.AccessAsUser.All is not valid",
        "error at DB7PR04MB5514.eurprd04.prod.outlook.com, AM0PR0402CA0012.eurprd04.prod.outlook.com",
        "Trace ID: 0C35B2A9-6F0F-4E61-8D18-8F0AC2F10600 of 0c35b2a9-6f0f-4e61-8d18-8f0ac2f10600",
        "Mailbox=Ada.Lovelace2026@example.org, My-Mail-Watcher-Board2, App-Password-Required-2FA-enabled",
        "LegacyDN=/o=ExchangeLabs/ou=Exchange1 LogonFailed-LoggedOnUserNotFound RFC2449/RFC3206.section-4-and-5",
        "Microsoft.Exchange.Data.Storage.ConnectionFailedTransientException Proxy=AM0PR0402MB3395",
        "5b1f17b1804b1-43115adf5aemb7521335e9 a640c23a62f3a-b9f3b1d5ab4si1234567a12.34 - gsmtp",
        "ec2-203-0-113-25.eu-central-1.compute.example.com static-87-112-33.example.net mx-3-4.eu-1.mail.example.com",
        "https://example.org/de/hilfe/5/1/2/iOS17 imap.cyrus-imapd-3.8.0-beta1-fm-20240105.001-gabcdef12",
        "https://account.example.com/u/0/mail/imap-smtp 2024-01-05T12-34-56Z-4f3a a.b.c.d.e.f.g.h.i.j.example.org",
        "Authentifizierungsmechanismus INVALIDUSERNAMEORPASSWORD Benutzerauthentifizierungsfehler",
    ):
        error, _ = refused_with(lambda line, words=words: words.encode())
        assert error.text == words
    error, _ = refused_with(lambda line: b"no dG9r-ZW4_MTIzNDU2.Nzg5MDEyMzQ1 here")
    assert error.text == "no *** here"


def test_an_error_never_shows_what_may_be_a_digest():
    digests = []
    for i in range(12):
        octets = sha256(bytes([i])).digest()
        for size in (16, 20, 32):
            plain = base64(octets[:size]).decode()
            digests += [plain, plain.rstrip("=").replace("+", "-").replace("/", "_"), hexlify(octets[:size]).decode()]
    for before in (
        "",
        "digest=",
        "user=mrose-client-mechanism-digest-md5-response=",
        "response_to_challenge_was_",
        "mrose.lastname_department/",
        "https://login.example.com/accounts/authentication/error/oauth/challenge/response=",
    ):
        for digest in digests:
            for behind in ("", "/and-what/comes/behind-it/is/the/name-of-a/server"):
                told = text_of((before + digest + behind).encode(), PASSWORD)
                assert digest[:8] not in told and digest.rstrip("=")[-8:] not in told, before + digest + behind


def test_an_error_never_shows_a_token_that_the_server_repeats():
    token = "".join(["ya29.a0Af" + str(n) for n in range(400)])
    for method in ("XOAUTH2", "OAUTHBEARER"):
        for echo in (lambda line: b"no: " + line[:80], lambda line: b"'" + token.encode()[:60] + b"'"):
            heard = []

            def last(line, heard=heard, echo=echo):
                heard.append(line)
                return b"-ERR " + echo(line.strip()) + b"\r\n"

            turns = ((b"AUTH %s\r\n" % method.encode(), b"+ \r\n"), (last,))
            with Talking(*turns, logged_in=False, packets=1, payload=128) as talk, talk.connect() as client:
                error = raises(micropop.ServerError, client.login, "me", token=token, method=method, cleartext=True)
            assert len(heard[0]) > 4000
            assert "ya29" not in str(error) and base64(b"bya29.a0Af")[4:8].decode() not in str(error)


def test_a_helpful_link_is_shown():
    words = b"[AUTH] app password required: https://support.example.com/accounts/answer/185833 (Failure)"
    error, _ = refused_with(lambda line: words)
    assert "https://support.example.com/accounts/answer/185833 (Failure)" in str(error)


def test_no_packet_keeps_a_password_that_the_server_repeats():
    for method in ("USER", "LOGIN", "PLAIN"):
        _, pool = refused_with(lambda line: b"no: " + line, method)
        memory = bytes(pool.memory)
        assert PASSWORD.encode() not in memory, method
        assert base64(PASSWORD.encode())[:12] not in memory, method
        assert base64(b"\0mrose\0" + PASSWORD.encode())[:24] not in memory, method


def test_no_packet_keeps_a_password_when_the_server_says_nothing():
    with Talking((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS tanstaaf\r\n", b"-ERR tanstaaf"), logged_in=False) as talk:
        client = talk.connect(timeout=5)
        raises(micropop.Timeout, client.login, "mrose", "tanstaaf", method="USER", cleartext=True)
        assert b"tanstaaf" not in bytes(talk.pool.memory)


def test_what_cannot_be_sent_is_refused_and_not_shown():
    texts = ["a\rb", "a\nb", "a\0b", "a\x1bb", "a\x7fb", "", b"\xff\n", 7, None, bytearray(b"x")]
    try:
        "\ud800".encode()  # MicroPython can
    except UnicodeError:
        texts.append("\ud800")
    for text in texts:
        for method in (None, "USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"):
            with Talking(QUIT, logged_in=False) as talk:
                client = talk.connect()
                for pair in ((text, "x"), ("x", text)):
                    error = raises(
                        micropop.InvalidArgument, client.login, pair[0], pair[1], method=method, cleartext=True
                    )
                    assert not error.fatal
                client.quit()


# --- the mail as an attacker's


LURES = (
    b"+OK\r\n-ERR\r\n+OK 1 1\r\n",
    b".+OK\r\n..\r\n.\r+OK\r\n",
    b"\r\n+OK 2 octets\r\n\r\n",
    b".\r.\r\n+OK\r\n",
    b"\x00+OK\n+OK\r\n",
    b"+ \r\n+OK\r\n",
)


def stuffed(text):
    """A mail as an honest server sends it, which takes the LF for the end of a line."""
    lines = text.split(b"\n")
    return b"\n".join([b"." + line if line.startswith(b".") else line for line in lines])


def test_mail_is_never_read_as_a_reply():
    for lure in LURES:
        for payload in (64, 512):
            for packets in (1, 2):
                for taken in (0, 1, 2, 1000):
                    said = b"+OK\r\n" + stuffed(lure * 20) + b".\r\n"
                    turns = ((b"RETR 1\r\n", said), (b"STAT\r\n", b"+OK 7 77\r\n"), QUIT)
                    with Talking(*turns, payload=payload, packets=packets) as talk:
                        client = talk.login()
                        with client.retrieve(1) as message:
                            for _ in range(taken):
                                if next(message, None) is None:
                                    break
                                if client._session.op is not None:
                                    raises(micropop.InvalidState, client.stat)
                                    raises(micropop.InvalidState, client.quit)
                        assert client.stat() == (7, 77)
                        client.quit()


def test_a_mail_that_was_cut_at_the_limit_is_not_complete():
    mail = b"y" * 1098
    for payload in (64, 512, 1460):
        for limit in (1, 999, 1099):
            with Talking((b"RETR 1\r\n", body(mail)), NOOP, QUIT, payload=payload) as talk:
                client = talk.login()
                with client.retrieve(1, limit=limit) as message:
                    raises(micropop.LimitExceeded, read, message)
                    assert not message.complete
                    raises(micropop.LimitExceeded, next, message)  # not its end
                client.noop()
                client.quit()


def test_a_number_of_thousands_of_digits_is_refused():
    digits = b"9" * 5000
    for command, said, call in (
        (b"STAT\r\n", b"+OK " + digits + b" 1\r\n", lambda client: client.stat()),
        (b"LIST\r\n", b"+OK\r\n" + digits + b" 1\r\n", lambda client: list(client.list())),
        (b"UIDL\r\n", b"+OK\r\n" + digits + b" x\r\n", lambda client: list(client.uidl())),
        (b"UIDL 1\r\n", b"+OK " + digits + b" x\r\n", lambda client: client.uid(1)),
        (b"LIST 1\r\n", b"+OK 1 " + digits + b"\r\n", lambda client: client.size(1)),
    ):
        with Talking((command, said), payload=8192) as talk:
            client = talk.login()
            raises(micropop.ProtocolError, call, client)
            assert client.state == "CLOSED"


def test_a_size_of_thousands_of_digits_does_no_harm():
    said = b"+OK " + b"9" * 5000 + b"\r\n+OK\r\n.\r\n"
    with Talking((b"RETR 1\r\n", said), NOOP, QUIT, payload=8192) as talk:
        client = talk.login()
        with client.retrieve(1) as message:
            assert message.octets is None
            assert read(message) == b"+OK\r\n"
        client.noop()
        client.quit()


def test_a_uid_has_a_number_that_a_mail_can_have():
    for number in (b"4294967297", b"1073741824", b"99999999999999999999"):
        with Talking((b"UIDL\r\n", b"+OK\r\n" + number + b" x\r\n.\r\n")) as talk:
            client = talk.login()
            raises(micropop.ProtocolError, list, client.uidl())


def test_a_listing_that_never_ends_is_an_error_in_the_end():
    lines = b"1 100\r\n" * 9000
    said = (b"LIST\r\n", b"+OK\r\n") + (lines,) * 300
    with Talking(said, payload=8192) as talk:
        client = talk.login()
        listing = client.list()
        client._session.received = 0x1000000 - 100000  # the other 16 MiB came already
        raises(micropop.ProtocolError, lambda: [0 for _ in listing])
        assert client.state == "CLOSED"
    line = b"1 100\r\n"
    with Talking((b"LIST\r\n", b"+OK\r\n", line, line)) as talk:
        client = talk.login()
        listing = client.list()
        client._session.received = 0x1000000 - len(line)
        assert next(listing) == (1, 100)
        raises(micropop.ProtocolError, next, listing)


# --- misuse of what was lent


def test_a_packet_that_is_in_the_pool_cannot_be_kept():
    with Talking((b"RETR 1\r\n", body(b"x")), QUIT) as talk:
        client = talk.login()
        for packet in client.retrieve(1):
            last = packet
        raises(micropop.InvalidState, last.keep)
        raises(micropop.InvalidState, last.release)
        client.quit()


def test_what_readinto_left_over_is_never_another_ones_bytes():
    buf = bytearray(4)
    for packets in (1, 2):
        with Talking((b"RETR 1\r\n", body(b"0123456789")), NOOP, QUIT, packets=packets) as talk:
            client = talk.login()
            message = client.retrieve(1)
            assert message.readinto(buf) == 4 and buf == b"0123"
            client.noop()
            raises(micropop.InvalidState, message.readinto, buf)
            raises(micropop.InvalidState, next, message)
            assert buf == b"0123" and not message.read
            client.quit()


def test_what_readinto_left_over_is_gone_when_the_message_was_left():
    buf = bytearray(4)
    with Talking((b"RETR 1\r\n", body(b"0123456789")), QUIT) as talk:
        client = talk.login()
        with client.retrieve(1) as message:
            message.readinto(buf)
        raises(micropop.InvalidState, message.readinto, buf)
        client.quit()


def test_leftovers_of_a_closed_client_are_not_read():
    buf = bytearray(4)
    with Talking((b"RETR 1\r\n", body(b"0123456789")), packets=1) as talk:
        client = talk.login()
        message = client.retrieve(1)
        message.readinto(buf)
        client.close()
        packet = talk.pool.allocate()
        packet.append(b"somebody else's")
        raises(micropop.InvalidState, message.readinto, buf)
        packet.release()
        assert buf == b"0123"


def test_a_lent_packet_that_a_command_took_over_ends_its_message():
    with Talking((b"RETR 1\r\n", body(b"x")), (b"DELE 1\r\n", b"+OK\r\n"), QUIT, packets=1) as talk:
        client = talk.login()
        message = client.retrieve(1)
        assert next(message).final
        client.delete(1)  # as NetX's users do
        assert next(message, None) is None and message.received == 3
        client.quit()


# --- batches


def batch_of(talk, numbers, delete=True, pipelining=True, **options):
    client = talk.login()
    client.pipelining = pipelining
    return client, client.retrieve_many(numbers, delete=delete, **options)


THREE = (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n", body(b"one"), body(b"+OK two"), body(b"three"))


def test_a_mail_of_which_readinto_read_a_part_is_not_deleted():
    for pipelining in (True, False):
        turns = (
            (THREE,)
            if pipelining
            else ((b"RETR 1\r\n", body(b"one")), (b"RETR 2\r\n", body(b"two")), (b"RETR 3\r\n", body(b"three")))
        )
        with Talking(*turns, QUIT) as talk:
            client, batch = batch_of(talk, [1, 2, 3], pipelining=pipelining)
            for message in batch:
                assert message.readinto(bytearray(2)) == 2
            client.quit()


def test_a_mail_that_could_not_be_written_is_not_deleted():
    for room in (0, 3, 4):
        with Talking(THREE, QUIT) as talk:
            client, batch = batch_of(talk, [1, 2, 3])
            for message in batch:
                raises(OSError, message.save, Sink(room))
            client.quit()


def test_a_mail_longer_than_the_limit_is_not_deleted():
    long = body(b"y" * 200)
    turns = ((b"RETR 1\r\nRETR 2\r\n", long, body(b"two")), (b"DELE 2\r\n", b"+OK\r\n"), QUIT)
    for payload in (64, 512):
        with Talking(*turns, payload=payload) as talk:
            client, batch = batch_of(talk, [1, 2], limit=100)
            raises(micropop.LimitExceeded, read, next(batch))
            assert read(next(batch)) == b"two\r\n"
            assert next(batch, None) is None
            client.quit()


def test_mails_that_were_read_are_deleted_and_no_others():
    turns = (THREE, (b"DELE 1\r\n", b"+OK\r\n"), (b"DELE 3\r\n", b"+OK\r\n"), QUIT)
    with Talking(*turns) as talk:
        client, batch = batch_of(talk, [1, 2, 3])
        for message in batch:
            if message.number != 2:
                message.save(Sink())
        client.quit()


def test_an_empty_pool_does_not_shift_the_replies_of_a_batch():
    said = (b"+OK\r\none\r\n.\r\n", b"+OK\r\n+OK two\r\n.\r\n", body(b"three"))
    for packets in (1, 2):
        with Talking(
            (b"RETR 1\r\nRETR 2\r\nRETR 3\r\n",) + said,
            QUIT,
            packets=packets,
            pieces=[10, 11, 5, 3, 3] + [len(said[0])],
        ) as talk:
            client, batch = batch_of(talk, [1, 2, 3], delete=False)
            message = next(batch)
            held = []
            got = b""
            for packet in message:
                got += bytes(packet.data)
                if packet.final:
                    held.append(packet.keep())
            assert got == b"one\r\n"
            while talk.pool.free:
                held.append(talk.pool.allocate())
            for _ in range(3):
                raises(micropop.PoolEmpty, next, batch)
            for packet in held:
                packet.release()
            assert [(m.number, read(m)) for m in batch] == [(2, b"+OK two\r\n"), (3, b"three\r\n")]
            client.quit()


def test_an_empty_pool_while_a_mail_is_discarded_does_not_shift_the_replies():
    first = b"first line\r\n" + b"+OK\r\n+OK\r\n" * 10
    said = (b"+OK\r\n", first, b".\r\n", body(b"two"))
    with Talking((b"RETR 1\r\nRETR 2\r\n",) + said, QUIT, packets=1) as talk:
        client, batch = batch_of(talk, [1, 2])
        message = next(batch)
        packet = next(message).keep()
        for _ in range(3):
            raises(micropop.PoolEmpty, next, batch)
        packet.release()
        message = next(batch)
        assert message.number == 2 and read(message) == b"two\r\n"
        talk.server._turns.insert(0, (b"DELE 2\r\n", b"+OK\r\n"))
        assert next(batch, None) is None
        client.quit()


def test_numbers_that_fail_half_way_leave_the_session_in_order():
    def failing():
        yield 1
        yield 2
        raise KeyError("numbers")

    for numbers, kind in ((failing, KeyError), (lambda: iter([1, 2, 0, 3]), micropop.InvalidIndex)):
        for pipelining in (True, False):
            if pipelining:
                turns = ((b"RETR 1\r\nRETR 2\r\n", body(b"one"), body(b"two")),)
            else:
                turns = ((b"RETR 1\r\n", body(b"one")), (b"RETR 2\r\n", body(b"two")))
            with Talking(*turns, NOOP, QUIT) as talk:
                client, batch = batch_of(talk, numbers(), delete=False, pipelining=pipelining)
                assert read(next(batch)) == b"one\r\n"
                assert read(next(batch)) == b"two\r\n"
                raises(kind, next, batch)
                client.noop()
                client.quit()


def test_bytes_that_nobody_asked_for_are_no_reply_to_a_batch():
    turns = ((b"NOOP\r\n", b"+OK\r\n+OK\r\nforged\r\n.\r\n"),)
    with Talking(*turns) as talk:
        client, batch = batch_of(talk, [1])
        client.noop()
        raises(micropop.ProtocolError, next, batch)
        assert client.state == "CLOSED"


def test_a_batch_does_not_begin_in_the_middle_of_something_else():
    turns = ((b"RETR 9\r\n", body(b"+OK nine")), (b"RETR 1\r\n", body(b"one")), QUIT)
    with Talking(*turns) as talk:
        client, batch = batch_of(talk, [1], delete=False)
        with client.retrieve(9) as message:
            raises(micropop.InvalidState, next, batch)
            assert read(message) == b"+OK nine\r\n"
        assert [read(mail) for mail in batch] == [b"one\r\n"]
        client.quit()


def test_two_batches_do_not_mix():
    turns = (
        (b"RETR 1\r\nRETR 2\r\n", body(b"one"), body(b"two")),
        (b"RETR 3\r\n", body(b"three")),
        QUIT,
    )
    with Talking(*turns) as talk:
        client, one = batch_of(talk, [1, 2], delete=False)
        other = client.retrieve_many([3])
        next(one)
        raises(micropop.InvalidState, next, other)
        assert [read(mail) for mail in one] == [b"two\r\n"]
        assert [read(mail) for mail in other] == [b"three\r\n"]
        client.quit()


def test_numbers_that_come_from_a_listing_of_the_same_session():
    with Talking(NOOP, QUIT) as talk:
        client = talk.login()
        client.pipelining = True

        def numbers():
            for number, _ in client.uidl():
                yield number

        batch = client.retrieve_many(numbers())
        raises(micropop.InvalidState, next, batch)
        client.discard()
        client.noop()
        client.quit()


# --- interruptions


class Stop(BaseException):
    """Like KeyboardInterrupt, which a test runner takes for its own."""


class Interrupted:
    """A transport that raises at the n-th call."""

    def __init__(self, transport, n, error):
        self.transport = transport
        self.left = n
        self.error = error
        self.close = transport.close
        if hasattr(transport, "wait"):
            self.wait = transport.wait
        if hasattr(transport, "waiting"):
            self.waiting = transport.waiting

    def count(self):
        self.left -= 1
        if self.left == 0:
            raise self.error

    def readinto(self, buf):
        self.count()
        return self.transport.readinto(buf)

    def write(self, buf):
        self.count()
        return self.transport.write(buf)


def session(client, done):
    client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    done.append(client.stat())
    for number, _ in client.list():
        done.append(number)
    with client.retrieve(1) as message:
        done.append(read(message))
    client.pipelining = True
    with client.retrieve_many([1, 2], delete=True) as batch:
        for message in batch:
            done.append(read(message))
    client.quit()


def test_whatever_interrupts_a_session_closes_it_and_gives_all_back():
    for kind in (Stop, MemoryError, ValueError):
        n = 0
        while True:
            n += 1
            turns = (
                (b"STAT\r\n", b"+OK 2 6\r\n"),
                (b"LIST\r\n", b"+OK\r\n1 3\r\n2 3\r\n.\r\n"),
                (b"RETR 1\r\n", b"+OK\r\n", b"a\r\n.\r\n"),
                (b"RETR 1\r\nRETR 2\r\n", body(b"a"), b"+OK\r\n", b"b\r\n.\r\n"),
                (b"DELE 1\r\n", b"+OK\r\n"),
                (b"DELE 2\r\n", b"+OK\r\n"),
                QUIT,
            )
            talk = Talking(*turns)
            talk.__enter__()
            try:
                client = layers.client(Interrupted(connected(talk.server, talk.clock), n, kind()), talk.pool)
                session(client, [])
                break  # nothing was left to interrupt
            except kind:
                assert talk.server.closed and talk.pool.free == talk.pool.total
                assert b"tanstaaf" not in bytes(talk.pool.memory)
            finally:
                talk.__exit__(Exception)
        assert n > 20


# --- the way to the server


def test_only_what_is_true_is_tls():
    for tls in (1, 0, None, "", "tls", "TLS", "STLS", 1.0):
        raises(micropop.InvalidArgument, micropop.connect, "localhost", 1, tls=tls)


def test_a_certificate_that_is_no_base64_is_an_error_of_ours():
    from micropop.pem import ders

    for ca in (
        None,
        [],
        b"",
        b"x",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
    ):
        raises(micropop.InvalidArgument, ders, ca)


def test_without_consent_no_password_goes_in_clear():
    capa = (b"CAPA\r\n", b"+OK\r\nSASL PLAIN LOGIN XOAUTH2\r\nUSER\r\n.\r\n")
    for method in (None, "USER", "PLAIN", "LOGIN"):
        with Talking(*([capa] if method is None else []), QUIT, logged_in=False) as talk:
            client = talk.connect()
            raises(micropop.CleartextRefused, client.login, "mrose", PASSWORD, method=method)
            client.quit()
            assert PASSWORD.encode() not in talk.server.sent
    for method in ("XOAUTH2", "OAUTHBEARER"):
        with Talking(QUIT, logged_in=False) as talk:
            client = talk.connect()
            raises(micropop.CleartextRefused, client.login, "mrose", token=PASSWORD, method=method)
            client.quit()


def test_a_refused_apop_does_not_fall_back_without_consent():
    turns = (
        (b"CAPA\r\n", b"-ERR\r\n"),
        (lambda line: b"-ERR [AUTH] no\r\n",),
        QUIT,
    )
    with Talking(*turns, greeting=b"+OK <1.2@h>\r\n", logged_in=False) as talk:
        client = talk.connect()
        raises(micropop.AuthenticationError, client.login, "mrose", PASSWORD)
        client.quit()
        assert b"APOP mrose " in talk.server.sent and PASSWORD.encode() not in talk.server.sent


def test_crafted_timestamps_are_not_answered():
    for stamp in (
        b"<\x80\x81@h>",
        b"<a b@h>",
        b"<a@>",
        b"<@h>",
        b"<ah>",
        b"<a@h",
        b"a@h>",
        b"<<a@h>" * 0,
        b"<a@h\x7f>",
    ):
        with Talking(QUIT, greeting=b"+OK " + stamp + b"\r\n", logged_in=False) as talk:
            client = talk.connect()
            raises(micropop.AuthenticationError, client.login, "mrose", PASSWORD, method="APOP")
            client.quit()


def test_a_mail_behind_which_more_comes_unasked_is_not_complete():
    for more in ((b"mail\r\n.\r\nmore\r\n",), (b"mail\r\n.\r\n", b"more\r\n")):
        with Talking((b"RETR 1\r\n", b"+OK\r\n") + more) as talk:
            talk.forgive()
            client = talk.login()
            message = client.retrieve(1)
            raises(micropop.ProtocolError, read, message)
            assert not message.complete and not message.read and client.state == "CLOSED"
