"""``micropop.poplib``: what the standard library's poplib returns and raises, and where the two differ on purpose."""

import sys
from binascii import b2a_base64
from errno import ECONNRESET, ETIMEDOUT

import micropop
from micropop import poplib
from micropop.session.raw import command

from host_tests.behaviour import layers
from host_tests.behaviour.fake import CLOSE, RESET
from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import Talking, raises

QUIT = (b"QUIT\r\n", b"+OK bye\r\n")
STAMP = b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
APOP = (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n")
LINES = [b"From: a", b"", b"line 1", b".dot", b".", b"", b"end"]
BODY = b"From: a\r\n\r\nline 1\r\n..dot\r\n..\r\n\r\nend\r\n.\r\n"
OCTETS = len(BODY) - len(".." + ".\r\n")
LAYERS = layers.TRANSPORTS  # the face is its own
NEED_WAIT = (
    "test_a_server_that_falls_silent",
    "test_a_server_that_trickles",
    "test_time_outs",
    "test_no_time_out_waits_for_long",
)


class Session(Talking):
    """A conversation with the fake server through this face."""

    def __init__(self, *turns, **how):
        super().__init__(*turns, logged_in=False, **how)
        self.encrypted = None

    def connect(self, **options):
        """A POP3, whatever the address."""
        outer = self

        class Pop(poplib.POP3):
            def _dial(self, timeout):
                outer.timeout = timeout
                transport = connected(outer.server, outer.clock)
                if not hasattr(transport, "socket"):
                    transport.socket = transport
                transport.start_tls = lambda *how: outer.start_tls(how)
                return transport

        return Pop("mail.example.org", **options)

    def start_tls(self, how):
        self.encrypted = how


def ended(turn):
    """What ``retr(1)`` raises where the server does what ``turn`` says, and how the connection is left: closed."""
    with Session((b"RETR 1\r\n",) + turn) as session:
        pop = session.connect()
        try:
            pop.retr(1)
        except (OSError, poplib.error_proto) as error:
            assert pop.sock is None and pop.file is None
            assert raises(poplib.error_proto, pop.noop).args[0] == "-ERR the connection is closed"
            pop.close()
            return error
    raise AssertionError("nothing was raised")


# -- results


def test_short_replies_are_lines_of_bytes():
    turns = (
        (b"USER mrose\r\n", b"+OK name is a valid mailbox\r\n"),
        (b"PASS tanstaaf\r\n", b"+OK\r\n"),
        (b"LIST 1\r\n", b"+OK 1 120\r\n"),
        (b"LIST x\r\n", b"+OK what?\n"),
        (b"UIDL 2\r\n", b"+OK 2 QhdPYR:00WBw1Ph7x7\r\n"),
        (b"DELE 1\r\n", b"+OK message 1 deleted\r\n"),
        (b"NOOP\r\n", b"+OK\r\n"),
        (b"RSET\r\n", b"+OK maildrop has 2 messages\r\n"),
        (b"RPOP mrose\r\n", b"+OK\r\n"),
        (b"UTF8\r\n", b"+OK\r\n"),
        (b"XTND XMIT\r\n", b"+ go on\r\n"),
        QUIT,
    )
    with Session(*turns, greeting=b"+OK ready \xff\r\n") as session:
        pop = session.connect()
        assert pop.getwelcome() == pop.welcome == b"+OK ready \xff"
        assert (pop.host, pop.port) == ("mail.example.org", 110)
        assert pop.user("mrose") == b"+OK name is a valid mailbox"
        assert pop.pass_("tanstaaf") == b"+OK"
        assert pop.list(1) == b"+OK 1 120"
        assert pop.list("x") == b"+OK what?"
        assert pop.uidl("2") == b"+OK 2 QhdPYR:00WBw1Ph7x7"
        assert pop.dele(1) == b"+OK message 1 deleted"
        assert pop.noop() == b"+OK"
        assert pop.rset() == b"+OK maildrop has 2 messages"
        assert pop.rpop("mrose") == b"+OK"
        assert pop.utf8() == b"+OK"
        assert pop._shortcmd("XTND XMIT") == b"+ go on"
        assert pop.sock is not None and pop.file is not None
        assert pop.quit() == b"+OK bye"
        assert pop.sock is None and pop.file is None
        pop.close()


def test_stat():
    turns = ((b"STAT\r\n", b"+OK 2 320 and more\r\n"), (b"STAT\r\n", b"+OK 2 -5\r\n"), QUIT)
    with Session(*turns) as session:
        pop = session.connect()
        assert pop.stat() == (2, 320)
        assert pop.stat() == (2, -5)
        pop.quit()


def test_a_stat_without_numbers_is_the_servers_fault():
    for reply in (b"+OK 2", b"+OK", b"+OK two 320", b"+OK 2 -"):
        with Session((b"STAT\r\n", reply + b"\r\n"), (b"NOOP\r\n", b"+OK\r\n"), QUIT) as session:
            pop = session.connect()
            assert raises(poplib.error_proto, pop.stat).args[0] == reply
            pop.noop()
            pop.quit()


def test_long_replies_are_lists_of_lines():
    turns = (
        (b"LIST\r\n", b"+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"),
        (b"UIDL\r\n", b"+OK\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\n.\r\n"),
        (b"TOP 1 10\r\n", b"+OK top\r\n" + BODY),
        (b"RETR 1\r\n", b"+OK 60 octets\r\n" + BODY),
        (b"RETR foo\r\n", b"+OK\r\n.\r\n"),
        (b"ECHO\r\n", b"+OK\r\nx\r\n.\r\n"),
        QUIT,
    )
    with Session(*turns) as session:
        pop = session.connect()
        assert pop.list() == (b"+OK 2 messages", [b"1 120", b"2 200"], 14)
        assert pop.uidl() == (b"+OK", [b"1 whqtswO00WBw418f9t5JxYwZ", b"2 QhdPYR:00WBw1Ph7x7"], 49)
        assert pop.top(1, "10") == (b"+OK top", LINES, OCTETS)
        assert pop.retr("1") == (b"+OK 60 octets", LINES, OCTETS)
        assert pop.retr("foo") == (b"+OK", [], 0)
        assert pop._longcmd("ECHO") == (b"+OK", [b"x"], 3)
        pop.quit()


def test_a_reply_cut_anywhere():
    said = b"+OK 60 octets\r\n" + BODY
    for place in range(1, len(said)):
        with Session((b"RETR 1\r\n", said[:place], said[place:]), QUIT) as session:
            pop = session.connect()
            assert pop.retr(1) == (b"+OK 60 octets", LINES, OCTETS)
            pop.quit()


def test_ends_of_lines():
    # whatever the original makes of them
    for sent, lines in (
        (b"a\nb\n.\n", [b"a", b"b"]),
        (b"a\r\r\n\r\n\n.\r\n", [b"a\r", b"", b""]),
        (b"\rLF CR\n\ra\r\n.\r\n", [b"LF CR", b"\ra"]),
        (b"a\rb\r\n.\r\n", [b"a\rb"]),
        (b"\0\xff\r\n.\r\n", [b"\0\xff"]),
        (b"\r" + b"x" * 20000 + b"\n.\n", [b"x" * 20000]),
    ):
        with Session((b"RETR 1\r\n", b"+OK\r\n" + sent), QUIT) as session:
            pop = session.connect()
            assert pop.retr(1)[1:] == (lines, sent.rfind(b"."))
            pop.quit()


def test_an_empty_line_behind_a_packet_of_carriage_returns():
    mail = b"\r" * 20000 + b"\n"
    with Session((b"RETR 1\r\n", b"+OK\r\n", mail, b"\n", b"end\n.\n"), QUIT) as session:
        pop = session.connect()
        assert pop.retr(1)[1] == [b"\r" * 19999, b"", b"end"]
        pop.quit()


def test_a_mail_longer_than_any_packet():
    lines = [b"%d" % i * (i % 90) for i in range(500)]
    mail = b"\r\n".join(lines) + b"\r\n"
    with Session((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as session:
        pop = session.connect()
        assert pop.retr(1) == (b"+OK", lines, len(mail))
        pop.quit()


def test_capabilities():
    said = b"+OK\r\nTOP\r\n\r\nSASL PLAIN SCRAM-SHA-256\r\nLOGIN-DELAY 900\r\nx-odd\r\n.\r\n"
    with Session((b"CAPA\r\n", said), (b"CAPA\r\n", b"-ERR unknown\r\n"), QUIT) as session:
        pop = session.connect()
        assert pop.capa() == {"TOP": [], "SASL": ["PLAIN", "SCRAM-SHA-256"], "LOGIN-DELAY": ["900"], "x-odd": []}
        assert raises(poplib.error_proto, pop.capa).args[0] == "-ERR CAPA not supported by server"
        pop.quit()


def test_of_many_capabilities_the_first_are_kept():
    names = ["X-%d" % n for n in range(100)]
    long = "LONG " + "x" * 400
    for lines, kept in (
        (names, 64),
        ([long + str(n) for n in range(9)] + names, 1),
        (["Y-%d %s" % (n, "x" * 500) for n in range(40)], 4),
    ):
        said = b"+OK\r\n" + "\r\n".join(lines).encode() + b"\r\n.\r\n"
        with Session((b"CAPA\r\n", said), (b"NOOP\r\n", b"+OK\r\n")) as session:
            pop = session.connect()
            assert len(pop.capa()) == kept
            assert pop.noop() == b"+OK"
            pop.close()


# -- refusals


def test_a_refusal_is_error_proto_with_the_servers_line():
    turns = (
        (b"RETR 99\r\n", b"-ERR [SYS/PERM] no such message\r\n"),
        (b"DELE 1\r\n", b"what?\r\n"),
        (b"LIST\r\n", b"-ERR\r\n"),
        (b"NOOP\r\n", b"+OK\r\n"),
        QUIT,
    )
    with Session(*turns) as session:
        pop = session.connect()
        assert raises(poplib.error_proto, pop.retr, 99).args[0] == b"-ERR [SYS/PERM] no such message"
        assert raises(poplib.error_proto, pop.dele, 1).args[0] == b"what?"
        assert raises(poplib.error_proto, pop.list).args[0] == b"-ERR"
        assert pop.noop() == b"+OK"
        pop.quit()


def test_a_refused_quit_leaves_the_connection_open():
    with Session((b"QUIT\r\n", b"-ERR not deleted\r\n")) as session:
        pop = session.connect()
        raises(poplib.error_proto, pop.quit)
        assert pop.sock is not None
        pop.close()


def test_a_greeting_that_refuses():
    for greeting, line in ((b"-ERR later\r\n", b"-ERR later"), (b"220 smtp\r\n", b"220 smtp")):
        with Session(greeting=greeting) as session:
            assert raises(poplib.error_proto, session.connect).args[0] == line


def test_a_greeting_with_a_plus_is_enough():
    with Session(greeting=b"+ Hola mundo\n") as session:
        pop = session.connect()
        assert pop.welcome == b"+ Hola mundo"
        pop.close()


# -- a broken connection


def test_a_server_that_hangs_up():
    for turn in ((b"+OK\r\nhalf a", CLOSE), (b"+OK", CLOSE), (CLOSE,)):
        error = ended(turn)
        assert isinstance(error, poplib.error_proto) and error.args[0] == "-ERR EOF"
    with Session(greeting=(CLOSE,)) as session:
        assert raises(poplib.error_proto, session.connect).args[0] == "-ERR EOF"


def test_a_connection_that_breaks():
    error = ended((b"+OK\r\nhalf a", RESET))
    if layers.chosen == "circuitpython":  # where a reset reads as the end
        assert error.args[0] == "-ERR EOF"
    else:
        assert isinstance(error, OSError) and error.errno == ECONNRESET


def test_a_server_that_falls_silent():
    for turn in ((b"",), (b"+OK\r\nhalf a line",)):
        error = ended(turn)
        assert isinstance(error, OSError) and error.errno == ETIMEDOUT
        if sys.implementation.name == "cpython":
            assert isinstance(error, TimeoutError)


def test_a_server_that_trickles():
    trickle = ()
    for _ in range(40):
        trickle += (b"+", 1000)
    assert ended(trickle).errno == ETIMEDOUT


def test_time_outs():
    for given, timeout in (({}, 30), ({"timeout": 7}, 7), ({"timeout": 0.5}, 0.5), ({"timeout": None}, None)):
        with Session() as session:
            session.connect(**given).close()
            assert session.timeout == timeout
    for timeout in (0, 0.0):
        raises(ValueError, poplib.POP3, "localhost", timeout=timeout)


def test_no_time_out_waits_for_long():
    with Session((b"NOOP\r\n", 120000, b"+OK\r\n")) as session:
        pop = session.connect(timeout=None)
        assert pop.noop() == b"+OK"
        pop.close()


def test_a_reply_that_nobody_asked_for_is_not_the_next_one():
    with Session((b"NOOP\r\n", b"+OK\r\n+OK again\r\n")) as session:
        pop = session.connect()
        pop.noop()
        raises(poplib.error_proto, pop.dele, 1)
        assert pop.sock is None
        assert b"DELE" not in session.server.sent


def test_a_mail_that_more_follows_is_not_whole():
    for turns in ((), ((b"AUTH " + b"x" * 20000 + b"\r\n", b"+OK\r\n"),)):
        with Session(*turns + ((b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\nmore\r\n.\r\n"),)) as session:
            pop = session.connect()
            if turns:
                pop._shortcmd("AUTH " + "x" * 20000)
            raises(poplib.error_proto, pop.retr, 1)
            assert pop.sock is None


# -- lines and what may be sent


def test_lines_of_a_mail_have_no_limit():
    line = b"0123456789" * 2000
    mail = line + b"\r\nshort\r\n"
    with Session((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT) as session:
        pop = session.connect()
        assert pop.retr(1) == (b"+OK", [line, b"short"], len(mail))
        pop.quit()


class Limit:
    """``with Limit(100):`` a program that sets _MAXLINE."""

    def __init__(self, octets):
        self.octets = octets

    def __enter__(self):
        self.before = poplib._MAXLINE
        poplib._MAXLINE = self.octets

    def __exit__(self, *_):
        poplib._MAXLINE = self.before


def test_a_limit_for_lines_may_be_set():
    for limit in (100, 2048, 9000):
        longest = b"x" * (limit - 2) + b"\r\n"
        with Limit(limit):
            with Session((b"RETR 1\r\n", b"+OK\r\n" + longest * 20 + b".\r\n"), QUIT) as session:
                pop = session.connect()
                assert pop.retr(1)[1] == [longest[:-2]] * 20
                pop.quit()
            for longer in (b"x" + longest, b"x" * 20000 + b"\r\n", longest + b"x" * 10000 + b"\r\n"):
                error = ended((b"+OK\r\n" + longer + b".\r\n",))
                assert error.args[0] == "line too long"


def test_a_reply_has_a_limit():
    for length in (5000, 10000):
        with Session((b"NOOP\r\n", b"+OK " + b"x" * length + b"\r\n")) as session:
            pop = session.connect()
            raises(poplib.error_proto, pop.noop)
            assert pop.sock is None
    turns = ((b"NOOP\r\n", b"+OK " + b"x" * 94 + b"\r\n"), (b"NOOP\r\n", b"-ERR " + b"x" * 94 + b"\r\n"))
    with Limit(100), Session(*turns) as session:
        pop = session.connect()
        pop.noop()
        assert raises(poplib.error_proto, pop.noop).args[0] == "line too long"
        assert pop.sock is None


def test_a_longer_command_than_any_packet():
    for length in (1016, 1017, 1018, 1019, 1020, 2044, 5000, 8184, 8185, 8186, 8187, 20000):
        token = "x" * length
        with Session((b"AUTH " + token.encode() + b"\r\n", b"+OK\r\n")) as session:
            pop = session.connect()
            assert pop._shortcmd("AUTH " + token) == b"+OK"
            pop.close()


def test_nothing_is_injected():
    with Session((b"USER Gr\xc3\xbc\xc3\x9fe\r\n", b"+OK\r\n"), (b"\r\n", b"+OK\r\n")) as session:
        pop = session.connect()
        for bad in ("m\r\nDELE 1", "m\n", "m\0", "\x7f", "\x1f", "\r"):
            raises(ValueError, pop.user, bad)
            raises(ValueError, pop.retr, bad)
            raises(ValueError, pop._shortcmd, bad)
        assert session.server.sent == b""
        assert pop.user("Grüße") == b"+OK"
        assert pop._shortcmd("") == b"+OK"
        pop.close()


def test_no_password_stays_in_memory():
    with Session((b"PASS tanstaaf\r\n", b"+OK\r\n")) as session:
        pop = session.connect()
        pop.pass_("tanstaaf")
        assert bytes(pop.file.pool.memory).find(b"taaf") < 0
        pop.close()


def test_a_password_that_a_refusal_repeats_is_not_shown():
    for password, said, shown in (
        ("tanstaaf", b"-ERR no user mrose with tanstaaf", b"-ERR no user mrose with ***"),
        ("tanstaaf", b"-ERR TANSTAAF: dGFuc3RhYWY=", b"-ERR ***: ***Y="),
        ("gr\xf6\xdfe17", "-ERR gr\xf6\xdfe17 \u2013 no".encode(), b"-ERR *** \xe2\x80\x93 no"),
        ("gr\xf6\xdfe17", b"-ERR \xff gr\xf6\xdfe17", b"-ERR \xff ***"),
        ("tanstaaf", b"-ERR no", b"-ERR no"),
    ):
        with Session((b"PASS " + password.encode() + b"\r\n", said + b"\r\n")) as session:
            pop = session.connect()
            assert raises(poplib.error_proto, pop.pass_, password).args[0] == shown
            pop.close()
    with Session((b"AUTH XOAUTH2\r\n", b"+ \r\n"), (b"dGFuc3RhYWY=\r\n", b"-ERR dGFuc3RhYWY= is bad\r\n")) as session:
        pop = session.connect()
        pop._shortcmd("AUTH XOAUTH2")
        assert b"dGFuc3" not in raises(poplib.error_proto, pop._shortcmd, "dGFuc3RhYWY=").args[0]
        pop.close()
    for line, said, shown in (
        ("AUTH PLAIN AHRhbnN0YWFm", b"-ERR PLAIN AHRhbnN0YWFm?", b"-ERR PLAIN ***?"),
        ("AUTH PLAIN", b"-ERR no AUTH PLAIN", b"-ERR no AUTH PLAIN"),
        ("AUTH", b"-ERR AUTH what?", b"-ERR AUTH what?"),
    ):
        with Session((line.encode() + b"\r\n", said + b"\r\n")) as session:
            pop = session.connect()
            assert raises(poplib.error_proto, pop._shortcmd, line).args[0] == shown
            pop.close()


def test_what_a_refusal_repeats_of_what_is_below_base64_or_a_digest_is_not_shown():
    for line, said in (
        ("AUTH PLAIN AG1yb3NlAHRhbnN0YWFmMTc=", b"-ERR tanstaaf17 is wrong"),
        ("AUTH XOAUTH2 dXNlcj1tcm9zZQFhdXRoPUJlYXJlciB0YW5zdGFhZjE3AQE=", b"-ERR tanstaaf17 is wrong"),
        ("AUTH PLAIN =AG1yb3NlAHRhbnN0YWFmMTc", b"-ERR G1yb3NlAHRhbnN0YWF is wrong"),
    ):
        with Session((line.encode() + b"\r\n", said + b"\r\n")) as session:
            pop = session.connect()
            assert raises(poplib.error_proto, pop._shortcmd, line).args[0] == b"-ERR *** is wrong"
            pop.close()
    words = "AUTH PLAIN AG1yb3NlAGNvcnJlY3QgaG9yc2UgYmF0dGVyeSBzdGFwbGU="  # a password with blanks
    with Session((words.encode() + b"\r\n", b"-ERR 'correct horse battery' is wrong\r\n")) as session:
        pop = session.connect()
        assert raises(poplib.error_proto, pop._shortcmd, words).args[0] == b"-ERR '***' is wrong"
        pop.close()
    turns = (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFmMTc=\r\n", b"+ \r\n"), (b"*\r\n", b"-ERR tanstaaf17: stopped\r\n")
    with Session(*turns) as session:
        pop = session.connect()
        pop._shortcmd("AUTH PLAIN AG1yb3NlAHRhbnN0YWFmMTc=")
        assert raises(poplib.error_proto, pop._shortcmd, "*").args[0] == b"-ERR ***: stopped"
        pop.close()
    apop = b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"
    stamp = b"+OK <1896.697170952@dbc.mtview.ca.us>\r\n"
    with Session((apop, b"-ERR bad login tanstaaf for mrose\r\n"), greeting=stamp) as session:
        pop = session.connect()
        assert raises(poplib.error_proto, pop.apop, "mrose", "tanstaaf").args[0] == b"-ERR bad login *** for mrose"
        pop.close()


def test_the_name_of_the_user_is_no_secret():
    said = b"-ERR mx1.example.org: no mrose@example.org"
    for turns in (
        ((b"AUTH CRAM-MD5\r\n", b"+ PDE+\r\n"), (coded("mrose@example.org c4c9334bac560ecc979e58001b3e22fb"), said)),
        ((b"AUTH LOGIN\r\n", b"+ VXNlcm5hbWU6\r\n"), (coded("mrose@example.org"), said)),
        ((b"AUTH login " + coded("mrose@example.org"), said),),
        ((b"AUTH LOGIN\r\n", b"+ \r\n"), (coded("mrose@example.org"), b"+ \r\n"), (coded("tanstaaf"), said)),
        ((b"AUTH PLAIN " + coded("\0mrose@example.org\0tanstaaf"), said),),
        ((b"AUTH XOAUTH2 " + coded("user=mrose@example.org\1auth=Bearer ya29.a\1\1"), said),),
    ):
        assert refused_at_last(turns) == said
    last = (coded("my tanstaaf"), b"-ERR mrose/my tanstaaf")
    for turns in (
        ((b"AUTH LOGIN\r\n", b"+ \r\n"), (coded("mrose"), b"+ \r\n"), last),
        ((b"AUTH LOGIN " + coded("mrose"), b"+ \r\n"), last),
    ):
        assert refused_at_last(turns) == b"-ERR mrose/***"
    digest = b"c4c9334bac560ecc979e58001b3e22fb"
    turns = (b"AUTH CRAM-MD5\r\n", b"+ PDE+\r\n"), (coded("mrose " + digest.decode()), b"-ERR no " + digest)
    assert refused_at_last(turns) == b"-ERR no ***"


def test_what_a_login_says_in_several_answers_stays_secret():
    token = coded("n,a=mrose@example.org,\1host=pop.example.org\1auth=Bearer ya29.a0AfB_byC\1port=995\1\1")
    failed = coded('{"status":"invalid_token"}')
    said = b"-ERR pop.example.org: no mrose@example.org: "
    for turns, secret in (
        (((b"AUTH OAUTHBEARER " + token, b"+ " + failed), (b"AQ==\r\n", said)), b"ya29.a0AfB_byC"),
        (((b"AUTH OAUTHBEARER\r\n", b"+ \r\n"), (token, b"+ " + failed), (b"AQ==\r\n", said)), b"ya29.a0AfB_byC"),
        (((b"AUTH PLAIN " + coded("\0mrose\0tanstaaf17"), b"+ \r\n"), (b"AA==\r\n", said)), b"tanstaaf17"),
        (((b"AUTH PLAIN " + coded("\0mrose\0tanstaaf17"), b"+ \r\n"), (b"=\r\n", said)), b"tanstaaf17"),
        (((b"AUTH LOGIN\r\n", b"+ \r\n"), (b"\r\n", b"+ \r\n"), (coded("tanstaaf17"), said)), b"tanstaaf17"),
        (((b"AUTH LOGIN " + coded("\0mrose\0tanstaaf17"), said),), b"tanstaaf17"),
        (((b"AUTH LOGIN\r\n", b"+ UGFzc3dvcmQ6\r\n"), (coded("tanstaaf17"), said)), b"tanstaaf17"),
        (
            (
                (b"AUTH SCRAM-SHA-256 " + coded("n,,n=mrose@example.org,r=ab"), b"+ " + coded("r=abcdefgh,s=QSXC,i=1")),
                (coded("c=biws,r=abcdefgh,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="), said),
            ),
            b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ",
        ),
    ):
        last = turns[-1]
        told = refused_at_last(turns[:-1] + ((last[0], said + secret),))
        assert told == said + b"***", (turns, told)


def test_names_are_no_secrets_whatever_the_mechanism():
    said = b"-ERR no mrose@example.org"
    name = coded("mrose@example.org")
    for turns in (
        ((b"AUTH SCRAM-SHA-256 " + coded("n,,n=mrose@example.org,r=abcdef"), said),),
        ((b"AUTH EXTERNAL " + name, said),),
        ((b"AUTH XOAUTH2 " + coded("user=mrose@example.org\1 auth=Bearer ya29.a0AfB_byC \1\1"), said),),
        ((b"AUTH LOGIN\r\n", b"+ VXNlcm5hbWU6"), (name, b"+ VXNlcm5hbWU6"), (name, said)),
        ((b"AUTH LOGIN =\r\n", b"+ VXNlcm5hbWU6"), (name, said)),
        ((b"AUTH LOGIN\r\n", b"+ User name?"), (name, said)),
    ):
        assert refused_at_last(turns) == said


def test_secrets_stay_secret_in_later_logins():
    plain = coded("\0mrose\0tanstaaf17")
    for turns in (
        ((b"PASS tanstaaf17\r\n", b"+OK no"), (b"AUTH LOGIN\r\n", b"-ERR no tanstaaf17")),
        ((b"AUTH PLAIN " + plain, b"+OK no"), (b"AUTH CRAM-MD5\r\n", b"-ERR no " + plain)),
        ((b"AUTH PLAIN " + plain, b"+OK no"), (b"PASS other\r\n", b"-ERR no tanstaaf17")),
        ((b"PASS tanstaaf17\r\n", b"+OK no"), (b"AUTH PLAIN " + coded("\0mrose\0other"), b"-ERR no tanstaaf17")),
        ((b"NOOP\r\n", b"+ OK"), (b"AUTH PLAIN " + plain, b"-ERR no tanstaaf17")),
        ((b"AUTH LOGIN\r\n", b"+ "), (b"AUTH PLAIN " + plain, b"-ERR no tanstaaf17")),
        ((b"AUTH LOGIN\r\n", b"+ Password:"), (coded("tanstaaf17"), b"-ERR no tanstaaf17")),
        ((b"AUTH LOGIN\r\n", b"+ RW50ZXIgcGFzc3dvcmQ6"), (coded("tanstaaf17"), b"-ERR no tanstaaf17")),
        ((b"AUTH XOAUTH2 " + coded("user=m\1auth=x\1auth=Bearer tanstaaf17 \1\1"), b"-ERR no tanstaaf17"),),
        ((b"AUTH CRAM-MD5\r\n", b"+ PDE+"), (coded("mrose c4c9334bac560ecc "), b"-ERR no c4c9334bac560ecc")),
        ((b"AUTH PLAIN " + coded("\0mrose\0tanstaaf17\0"), b"-ERR no tanstaaf17"),),
        ((b"AUTH NTLM " + coded("NTLMSSP\0tanstaaf17\0"), b"-ERR no tanstaaf17"),),
        ((b"AUTH SCRAM-SHA-1 " + coded("p=tanstaaf17"), b"-ERR no tanstaaf17"),),
        ((b"APOP mrose c4c9334bac560ecc\r\n", b"-ERR no c4c9334bac560ecc"),),
        ((b" PASS tanstaaf17\r\n", b"-ERR no tanstaaf17"),),
    ):
        assert refused_at_last(turns) == b"-ERR no ***", turns


def test_a_stat_that_repeats_the_password_does_not_show_it():
    turns = (b"PASS tanstaaf\r\n", b"+OK\r\n"), (b"STAT\r\n", b"+OK tanstaaf\r\n")
    with Session(*turns) as session:
        pop = session.connect()
        pop.pass_("tanstaaf")
        assert raises(poplib.error_proto, pop.stat).args[0] == b"+OK ***"
        pop.close()


def test_the_status_and_the_response_code_are_no_secret():
    for password, said, shown in (
        ("-ERR [AUTH] no", b"-ERR [AUTH] -ERR [AUTH] no", b"-ERR [AUTH] ***"),
        ("[auth] no", b"-err [auth] no", b"-err [auth] no"),
        ("[SYS/TEMP]", b"-ERR [SYS/TEMP] later, not [SYS/TEMP]", b"-ERR [SYS/TEMP] later, not ***"),
        ("tanstaaf", b"-ERR [tanstaaf] no", b"-ERR [***] no"),
        ("tanstaaf", b"-ERRtanstaaf", b"-ERR***"),
        ("tanstaaf", b"tanstaaf", b"***"),
        ("-ERR", b"-ERR", b"-ERR"),
    ):
        assert refused_at_last(((b"PASS " + password.encode() + b"\r\n", said),)) == shown


def coded(text):
    return b2a_base64(text.encode())[:-1] + b"\r\n"


def refused_at_last(turns):
    """What a server's refusal of the last command says."""
    turns = [(line, said if said.endswith(b"\n") else said + b"\r\n") for line, said in turns]
    with Session(*turns) as session:
        pop = session.connect()
        for line, _ in turns[:-1]:
            pop._shortcmd(line[:-2].decode())
        try:
            return raises(poplib.error_proto, pop._shortcmd, turns[-1][0][:-2].decode()).args[0]
        finally:
            pop.close()


class Forever:
    """A server whose lists do not end."""

    secure = False
    socket = None

    def __init__(self):
        self.there = b"+OK ready\r\n"
        self.line = b""
        self.closed = False

    def readinto(self, buf):
        while len(self.there) < len(buf) and self.line:
            self.there += self.line
        n = min(len(buf), len(self.there))
        buf[:n] = self.there[:n]
        self.there = self.there[n:]
        return n

    def write(self, data):
        self.there = b"+OK\r\n"
        self.line = b"1 " + b"x" * 2000 + b"\r\n"
        return len(data)

    def wait(self, writing, ms):
        pass

    def close(self):
        self.closed = True


def test_a_list_that_never_ends_is_an_error_in_the_end():
    if sys.implementation.name != "cpython":
        return  # a board's memory ends before

    class Pop(poplib.POP3):
        def _dial(self, timeout):
            return Forever()

    for verb in ("list", "uidl", "capa"):
        pop = Pop("localhost")
        server = pop.file.transport
        raises(poplib.error_proto, getattr(pop, verb))
        assert server.closed and pop.file is None


# -- APOP


def test_apop():
    with Session(APOP, greeting=STAMP) as session:
        pop = session.connect()
        assert pop.apop("mrose", "tanstaaf") == b"+OK"
        pop.close()


def test_apop_takes_the_welcome_that_the_program_has():
    with Session(APOP) as session:
        pop = session.connect()
        pop.welcome = STAMP[:-2]
        assert pop.apop("mrose", "tanstaaf") == b"+OK"
        pop.close()


def test_apop_without_a_timestamp_that_is_safe():
    for greeting in (b"+OK", b"+OK <a@b", b"+OK a@b>", b"+OK >a@b<", b"+OK <a\xff@b>", b"+OK <<a@b>", b"+OK <a\x01@b>"):
        with Session(greeting=greeting + b"\r\n") as session:
            pop = session.connect()
            raises(poplib.error_proto, pop.apop, "mrose", "tanstaaf")
            assert session.server.sent == b""
            pop.close()


# -- STLS


def test_stls():
    capa = (b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n")
    with Session(capa, (b"STLS\r\n", b"+OK begin TLS\r\n"), QUIT) as session:
        pop = session.connect()
        context = object()
        assert pop.stls(context) == b"+OK begin TLS"
        assert session.encrypted == ("mail.example.org", context, None)
        raises(poplib.error_proto, pop.stls)
        pop.quit()


def test_stls_that_the_server_has_not():
    turns = (
        (b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n"),
        (b"CAPA\r\n", b"-ERR\r\n"),
        (b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n"),
        (b"STLS\r\n", b"-ERR not now\r\n"),
    )
    with Session(*turns) as session:
        pop = session.connect()
        for _ in range(3):
            raises(poplib.error_proto, pop.stls)
        assert session.encrypted is None
        pop.close()


def test_stls_with_bytes_behind_its_reply_is_an_attack():
    capa = (b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n")
    with Session(capa, (b"STLS\r\n", b"+OK begin TLS\r\n+OK injected\r\n")) as session:
        pop = session.connect()
        raises(poplib.error_proto, pop.stls)
        assert pop.sock is None and session.encrypted is None


def test_stls_that_fails_behind_its_reply_closes():
    with Session((b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n"), (b"STLS\r\n", b"+OK\r\n")) as session:
        pop = session.connect()

        def start_tls(how):
            raise micropop.InvalidArgument("no certificate")

        session.start_tls = start_tls
        raises(ValueError, pop.stls)
        assert pop.sock is None


def test_a_board_that_cannot_start_tls_sends_no_stls():
    with Session((b"CAPA\r\n", b"+OK\r\nSTLS\r\n.\r\n")) as session:
        pop = session.connect()
        del pop.file.transport.start_tls
        if not hasattr(pop.file.transport, "start_tls"):  # some layers' transports have one in their class
            raises(poplib.error_proto, pop.stls)
            assert session.server.sent == b"CAPA\r\n"
        else:
            pop.capa()
        pop.close()


# -- debugging


class Printed:
    """``with Printed() as lines:`` what poplib prints."""

    def __enter__(self):
        lines = []
        poplib.print = lambda *words: lines.append(" ".join(words))
        return lines

    def __exit__(self, *_):
        del poplib.print


def test_what_set_debuglevel_prints_hides_secrets():
    turns = (
        (b"USER mrose\r\n", b"+OK\r\n"),
        (b"PASS tanstaaf\r\n", b"-ERR no\r\n"),
        (b"AUTH XOAUTH2\r\n", b"+ \r\n"),
        (b"dGFuc3RhYWY=\r\n", b"+OK\r\n"),
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"RETR 1\r\n", b"+OK\r\nit is tanstaaf\r\n.\r\n"),
        (b"NOOP\r\n", b"+OK\r\n"),
        (b"PASS tanstaaf\r\n", b"+OK your password tanstaaf is weak\r\n"),
    )
    with Session(*turns) as session, Printed() as printed:
        pop = session.connect()
        pop.set_debuglevel(1)
        pop.user("mrose")
        raises(poplib.error_proto, pop.pass_, "tanstaaf")
        pop._shortcmd("AUTH XOAUTH2")
        pop._shortcmd("dGFuc3RhYWY=")
        pop.stat()
        pop.set_debuglevel(2)
        assert pop.retr(1)[1] == [b"it is tanstaaf"]
        pop.set_debuglevel(0)
        pop.noop()
        pop.set_debuglevel(2)
        assert pop.pass_("tanstaaf") == b"+OK your password tanstaaf is weak"
        pop.set_debuglevel(0)
        pop.close()
    assert printed == [
        "*cmd* 'USER mrose'",
        "*cmd* 'PASS ***'",
        "*cmd* 'AUTH ***'",
        "*cmd* '***'",
        "*cmd* 'STAT'",
        "*stat* [b'+OK', b'2', b'320']",
        "*cmd* 'RETR 1'",
        "*resp* b'+OK'",
        "*get* b'it is tanstaaf'",  # mail is mail
        "*cmd* 'PASS ***'",
        "*resp* b'+OK your password *** is weak'",
    ]


def test_what_set_debuglevel_prints_of_answers_is_stars():
    turns = (b"AUTH PLAIN\r\n", b"+ \r\n"), (b"AG1yb3NlAHRhbnN0YWFm \r\n", b"+OK\r\n")
    with Session(*turns) as session, Printed() as printed:
        pop = session.connect()
        pop.set_debuglevel(1)
        pop._shortcmd("AUTH PLAIN")
        pop._shortcmd("AG1yb3NlAHRhbnN0YWFm ")
        pop.set_debuglevel(0)
        pop.close()
    assert printed == ["*cmd* 'AUTH ***'", "*cmd* '***'"]


# -- the operation behind it


def test_any_command_waits_for_its_turn():
    session = micropop.session.Session(micropop.PacketPool(64, 1))
    session.end()
    session.begin(command(session, b"NOOP"))
    assert raises(micropop.InvalidState, session.step).status == 0xB7
    assert session.out is None


# -- POP3_SSL's parameters, before anything is sent


def test_what_pop3_ssl_refuses():
    for options in ({"keyfile": "key.pem"}, {"certfile": "cert.pem"}, {"keyfile": "key.pem", "context": object()}):
        raises(ValueError, poplib.POP3_SSL, "localhost", **options)
    raises(ValueError, poplib.POP3_SSL, "localhost", timeout=0)
    assert raises(poplib.error_proto, poplib.POP3_SSL.stls, None).args[0] == "-ERR TLS session already established"
