"""Every login method, the choice among them, what a hostile server cannot get (RFC 1939, 5034, 5802, 7677, 7628)."""

import hashlib
import sys
from binascii import a2b_base64, b2a_base64, hexlify
from hashlib import sha256

import micropop
from micropop.login import challenges, digests, password
from micropop.login.password import timestamp

from host_tests.behaviour.fake import CLOSE
from host_tests.behaviour.talking import Talking, raises

NEED_WAIT = ("test_secrets_are_wiped_as_soon_as_they_are_sent",)
STAMP = b"+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n"


def base64(octets):
    return b2a_base64(octets)[:-1]


def login(*turns, greeting=b"+OK ready\r\n", payload=512, packets=1, user="mrose", secure=True, **how):
    """The method that a login used, over a connection that is secure unless told."""
    with Talking(*turns, greeting=greeting, logged_in=False, payload=payload, packets=packets) as talk:
        with talk.connect() as client:
            client.transport.secure = secure
            try:
                client.login(user, **how)
                assert client.state == "TRANSACTION" and client.user == user
                return client.method
            finally:
                memory = bytes(talk.pool.memory)
                for secret in (how.get("password"), how.get("token")):
                    if isinstance(secret, str) and secret:
                        assert memory.find(secret.encode()) < 0, "a secret stayed in a packet"
                        assert memory.find(base64(secret.encode())[:8]) < 0


class Pauses:
    """Stands for a session that computes: how often it gave way meanwhile."""

    glance = False
    times = 0


def salted(password, salt, rounds, session=None):
    """A salted password (RFC 5802), the pauses counted."""
    session = session or Pauses()
    task = challenges.salted(session, sha256, password, salt, rounds)
    try:
        while True:
            next(task)
            assert session.glance, "it waits for what need not come"
            session.glance = False
            session.times += 1
    except StopIteration as stop:
        return stop.value


def capa(*lines):
    return (b"CAPA\r\n", b"+OK\r\n" + b"".join([line + b"\r\n" for line in lines]) + b".\r\n")


def test_user_and_pass():
    turns = ((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS tanstaaf\r\n", b"+OK\r\n"))
    assert login(*turns, password="tanstaaf", method="USER") == "USER"


def test_secrets_are_wiped_as_soon_as_they_are_sent():
    answer = base64(b"\0mrose\0tanstaaf")
    digest = b"c4c9334bac560ecc979e58001b3e22fb"  # by which whoever reads the memory can guess the password
    for method, turns in (
        ("APOP", ((b"APOP mrose " + digest + b"\r\n", 5000, b"+OK\r\n"),)),
        ("USER", ((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS tanstaaf\r\n", 5000, b"+OK\r\n"))),
        ("PLAIN", ((b"AUTH PLAIN " + answer + b"\r\n", 5000, b"+OK\r\n"),)),
        (
            "LOGIN",
            ((b"AUTH LOGIN\r\n", b"+\r\n"), (b"bXJvc2U=\r\n", b"+\r\n"), (b"dGFuc3RhYWY=\r\n", 5000, b"+OK\r\n")),
        ),
    ):
        seen = []

        def look(seen=seen):
            memory = bytes(talk.pool.memory)
            seen.append([word for word in (b"tanstaaf", answer[9:], b"dGFuc3RhYWY", digest) if word in memory])

        with Talking(*turns, greeting=STAMP, logged_in=False, packets=1) as talk, talk.connect() as client:
            client.idle = look
            client.login("mrose", "tanstaaf", method=method, cleartext=True)
        assert len(seen) > 5 and not any(seen), method


def test_apop_of_the_rfc():
    turns = ((b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n"),)
    assert login(*turns, greeting=STAMP, password="tanstaaf", method="APOP", secure=False) == "APOP"


def test_apop_without_a_timestamp():
    raises(micropop.AuthenticationError, login, password="tanstaaf", method="APOP")


def test_timestamps_that_are_believed_and_those_that_are_not():
    for greeting, stamp in (
        (b"+OK <a@b>", b"<a@b>"),
        (b"+OK 1 < 2 <1.2@x.y> go", b"<1.2@x.y>"),
        (b"+OK <no> <a@b> <c@d>", b"<a@b>"),
        (b"+OK <<a@b>", b"<a@b>"),
        (b"+OK <!@~>", b"<!@~>"),
        (b"+OK <a@b", None),
        (b"+OK <@b>", None),
        (b"+OK <a@>", None),
        (b"+OK <a b@c>", None),
        (b"+OK <a\x00@c>", None),
        (b"+OK <\xe4@c>", None),
        (b"+OK none", None),
        (b"+OK", None),
    ):
        assert timestamp(greeting) == stamp, greeting


def test_plain_in_one_line_where_it_fits():
    turns = ((b"AUTH PLAIN " + base64(b"\0mrose\0tanstaaf") + b"\r\n", b"+OK\r\n"),)
    for payload in (64, 512):
        assert login(*turns, payload=payload, password="tanstaaf", method="PLAIN") == "PLAIN"


def test_plain_in_two_lines_where_it_does_not_fit():
    password = "p" * 300
    turns = ((b"AUTH PLAIN\r\n", b"+\r\n"), (base64(b"\0mrose\0" + password.encode()) + b"\r\n", b"+OK\r\n"))
    for payload in (64, 128, 512):
        assert login(*turns, payload=payload, password=password, method="PLAIN") == "PLAIN"


def test_plain_at_a_server_that_passes_over_the_initial_response():
    answer = base64(b"\0mrose\0tanstaaf") + b"\r\n"
    turns = ((b"AUTH PLAIN " + answer, b"+ \r\n"), (answer, b"+OK\r\n"))
    assert login(*turns, password="tanstaaf", method="PLAIN") == "PLAIN"


def test_plain_for_another_mailbox():
    turns = (
        capa(b"SASL PLAIN LOGIN"),
        (b"AUTH PLAIN " + base64(b"other\0mrose\0tanstaaf") + b"\r\n", b"+OK\r\n"),
    )
    assert login(*turns, password="tanstaaf", authzid="other") == "PLAIN"


def test_for_another_mailbox_where_the_server_has_no_method_that_can():
    for how in ({"password": "tanstaaf"}, {"token": "tok"}):
        error = raises(micropop.AuthenticationError, login, capa(b"TOP", b"SASL LOGIN XOAUTH2"), authzid="o", **how)
        assert "another mailbox" in str(error)


def test_login():
    for prompts in ((b"+ VXNlcm5hbWU6\r\n", b"+ UGFzc3dvcmQ6\r\n"), (b"+\r\n", b"+ \r\n"), (b"+ go ahead\r\n",) * 2):
        turns = (
            (b"AUTH LOGIN\r\n", prompts[0]),
            (base64(b"mrose") + b"\r\n", prompts[1]),
            (base64(b"tanstaaf") + b"\r\n", b"+OK\r\n"),
        )
        assert login(*turns, password="tanstaaf", method="LOGIN") == "LOGIN"


def test_cram_md5_of_the_rfc():
    challenge = base64(b"<1896.697170952@postoffice.reston.mci.net>")
    turns = (
        (b"AUTH CRAM-MD5\r\n", b"+ " + challenge + b"\r\n"),
        (base64(b"tim b913a602c7eda7a495b4e6e7334d3890") + b"\r\n", b"+OK\r\n"),
    )
    assert login(*turns, user="tim", password="tanstaaftanstaaf", method="CRAM-MD5", secure=False) == "CRAM-MD5"


class Scram:
    """The server side of SCRAM-SHA-256, for a script: ``turns`` of it."""

    def __init__(self, password=b"pencil", rounds=4096, lies=None):
        self._password = password
        self._rounds = rounds
        self._lies = lies
        self.turns = ((b"AUTH SCRAM-SHA-256\r\n", b"+\r\n"), (self.first,), (self.final,), (self.last,))

    def first(self, line):
        self._bare = a2b_base64(line)[3:]
        nonce = self._bare.split(b"r=")[1]
        assert len(nonce) >= 24, nonce  # nobody can guess it
        self._said = b"r=" + nonce + b"server,s=" + base64(b"some salt") + b",i=%d" % self._rounds
        if self._lies == "nonce":
            self._said = b"r=" + nonce[1:] + b"server,s=" + base64(b"some salt") + b",i=4096"
        if self._lies == "a short nonce":
            self._said = b"r=" + nonce + b"s,s=" + base64(b"some salt") + b",i=4096"
        if self._lies == "no nonce of its own":
            self._said = b"r=" + nonce + b",s=" + base64(b"some salt") + b",i=4096"
        if self._lies in ("i=4096x", "x=4096"):
            self._said = b"r=" + nonce + b"server,s=" + base64(b"some salt") + b"," + self._lies.encode()
        if self._lies == "empty salt":
            self._said = b"r=" + nonce + b"server,s=,i=4096"
        if self._lies == "no salt":
            self._said = b"r=" + nonce + b"server"
        if self._lies == "no rounds":
            self._said = b"r=" + nonce + b"server,s=" + base64(b"some salt")
        return b"+ " + base64(self._said) + b"\r\n"

    def final(self, line):
        said = a2b_base64(line)
        without_proof, proof = said.split(b",p=")
        key_of = salted(self._password, b"some salt", self._rounds)
        signed = self._bare + b"," + self._said + b"," + without_proof
        key = digests.hmac(sha256, key_of, b"Client Key")
        signature = digests.hmac(sha256, sha256(key).digest(), signed)
        if bytes([a ^ b for a, b in zip(key, signature)]) != a2b_base64(proof):
            return b"-ERR [AUTH] no\r\n"
        if self._lies == "skips its proof":
            return b"+OK\r\n"
        if self._lies == "error":
            return b"+ " + base64(b"e=invalid-proof") + b"\r\n"
        if self._lies == "proof":
            signed += b"x"
        proof = digests.hmac(sha256, digests.hmac(sha256, key_of, b"Server Key"), signed)
        return b"+ " + base64(b"v=" + base64(proof)) + b"\r\n"

    def last(self, line):
        assert line == b"\r\n"
        return b"+OK\r\n"


def test_scram():
    for payload in (64, 512):
        assert login(*Scram().turns, payload=payload, password="pencil", method="SCRAM-SHA-256", secure=False)
    assert login(*Scram(lies="a short nonce").turns, password="pencil", method="SCRAM-SHA-256")


def test_a_salted_password_is_kept_for_the_next_login():
    """It takes a board seconds."""
    assert login(*Scram().turns, password="pencil", method="SCRAM-SHA-256")
    before = challenges.salted

    def salted(session, *what):
        assert isinstance(session, Pauses), "it is computed again"  # the server's is
        return before(session, *what)

    challenges.salted = salted
    try:
        assert login(*Scram().turns, password="pencil", method="SCRAM-SHA-256")
    finally:
        challenges.salted = before


def test_scram_of_the_rfc():
    salt = a2b_base64(b"W22ZaJ0SNY7soEsUEjb6gQ==")
    said = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    last = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    signed = b"n=user,r=rOprNGfwEbeRWgbNEkqO," + said + b"," + last
    key_of = salted(b"pencil", salt, 4096)
    key = digests.hmac(sha256, key_of, b"Client Key")
    signature = digests.hmac(sha256, sha256(key).digest(), signed)
    proof = bytes([a ^ b for a, b in zip(key, signature)])
    assert base64(proof) == b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    server_key = digests.hmac(sha256, key_of, b"Server Key")
    assert base64(digests.hmac(sha256, server_key, signed)) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_a_salted_password_where_the_firmware_does_not_make_it():
    """RFC 7677's and another, in seconds of a board's time: others get their turn meanwhile."""
    helps = getattr(hashlib, "pbkdf2_hmac", None)
    if helps:
        del hashlib.pbkdf2_hmac
    try:
        for password, salt, rounds, digest in (
            (
                b"pencil",
                a2b_base64(b"W22ZaJ0SNY7soEsUEjb6gQ=="),
                4096,
                b"c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d",
            ),
            (b"p" * 65, b"salt", 65, b"ad788b4af6ac16599772ac7b69b7ba98b93853899f393b985fe6a80569797e92"),
        ):
            session = Pauses()
            assert hexlify(salted(password, salt, rounds, session)) == digest
            assert 30 * session.times <= rounds <= 100 * session.times
    finally:
        if helps:
            hashlib.pbkdf2_hmac = helps


def test_hmac_of_keys_of_any_length():
    # RFC 4231, cases 1, 2 and 6, and keys of a block and one octet more
    for key, message, digest in (
        (b"\x0b" * 20, b"Hi There", b"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"k" * 64, b"message", b"890f3a16e0ca0aaa3bf180f70fa8e3970b3fd6505e98fde157988dcc19d1685c"),
        (b"k" * 65, b"message", b"0c256505306af48015530c139bb7add5ad7a6a9291cd511278a067e765816fbd"),
        (b"Jefe", b"what do ya want for nothing?", b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            b"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ):
        assert hexlify(digests.hmac(sha256, key, message)) == digest


def test_scram_for_another_mailbox():
    class Acting(Scram):
        def first(self, line):
            head, rest = a2b_base64(line).split(b",n=")
            assert head == b"n,a=o=2Cther"
            return Scram.first(self, base64(b"n,,n=" + rest))

        def final(self, line):
            assert a2b_base64(line).startswith(b"c=" + base64(b"n,a=o=2Cther,") + b",r=")
            return Scram.final(self, line)

    assert login(*Acting().turns, password="pencil", authzid="o,ther", method="SCRAM-SHA-256") == "SCRAM-SHA-256"


def test_scram_with_the_wrong_password():
    turns = Scram().turns[:3]
    raises(micropop.AuthenticationError, login, *turns, password="pencils", method="SCRAM-SHA-256")


def test_a_server_that_cannot_prove_itself():
    turns = Scram(lies="proof").turns[:3]  # nothing more is said to it
    error = raises(micropop.ProtocolError, login, *turns, password="pencil", method="SCRAM-SHA-256")
    assert "impostor" in str(error)


def test_a_server_that_says_in_scram_why_it_refuses():
    def refused(line):
        assert line == b"\r\n"
        return b"-ERR [AUTH] no\r\n"

    turns = Scram(lies="error").turns[:3] + ((refused,),)
    error = raises(micropop.AuthenticationError, login, *turns, password="pencil", method="SCRAM-SHA-256")
    assert error.code == "AUTH" and not error.fatal


def test_a_server_that_skips_its_proof():
    turns = Scram(lies="skips its proof").turns[:3]
    raises(micropop.ProtocolError, login, *turns, password="pencil", method="SCRAM-SHA-256")


def test_scram_challenges_that_are_refused():
    for scram in (
        Scram(lies="nonce"),
        Scram(lies="no nonce of its own"),
        Scram(lies="empty salt"),
        Scram(lies="no salt"),
        Scram(lies="no rounds"),
        Scram(lies="i=4096x"),
        Scram(lies="x=4096"),
        Scram(rounds=1000),
        Scram(rounds=4095),
        Scram(rounds=100001),
        Scram(rounds=10000000),
    ):
        turns = scram.turns[:2] + ((b"*\r\n", b"-ERR cancelled\r\n"),)
        error = raises(micropop.AuthenticationError, login, *turns, password="pencil", method="SCRAM-SHA-256")
        assert "SCRAM-SHA-256" in str(error)


def test_tokens_of_any_length_through_small_packets():
    for size in (10, 300, 4000, 7000):
        token = "t" * size
        answer = base64(b"user=mrose\1auth=Bearer " + token.encode() + b"\1\1") + b"\r\n"
        turns = ((b"AUTH XOAUTH2\r\n", b"+ \r\n"), (answer, b"+OK\r\n"))  # two lines always: Outlook wants it so
        for payload in (64, 128, 512):
            assert login(*turns, payload=payload, token=token, method="xoauth2".upper()) == "XOAUTH2"


def test_plain_of_any_length_in_small_packets():
    for size in range(1, 140):
        secret = "t" * size
        answer = base64(b"\0mrose\0" + secret.encode()) + b"\r\n"
        turns = ((b"AUTH PLAIN " + answer, b"+OK\r\n"), (b"RETR 1\r\n", b"+OK\r\nx\r\n.\r\n"))
        with Talking(*turns, logged_in=False, payload=64) as talk, talk.connect() as client:
            client.login("mrose", secret, method="PLAIN", cleartext=True)
            assert [bytes(packet.data) for packet in client.retrieve(1)] == [b"x\r\n"]  # no other reply is due


def test_a_token_fills_the_packets_that_it_goes_in():
    token = "t" * 4000
    answer = base64(b"user=mrose\1auth=Bearer " + token.encode() + b"\1\1") + b"\r\n"
    with Talking((b"AUTH XOAUTH2\r\n", b"+ \r\n"), (answer, b"+OK\r\n"), logged_in=False) as talk:
        sizes = []
        send = talk.server.send

        def counted(data):
            sizes.append(send(data))
            return sizes[-1]

        talk.server.send = counted
        with talk.connect() as client:
            client.transport.secure = True
            client.login("mrose", token=token, method="XOAUTH2")
        assert sizes[0] == 14 and len(sizes) <= 2 + len(answer) // 508, sizes


def test_a_line_of_255_octets_and_one_that_would_be_longer():
    for size, lines in ((152, 1), (153, 2)):
        token = "t" * size
        answer = base64(b"n,a=mrose,\1auth=Bearer " + token.encode() + b"\1\1") + b"\r\n"
        line = b"AUTH OAUTHBEARER " + answer
        assert (len(line) <= 255) is (lines == 1), len(line)
        turns = ((line, b"+OK\r\n"),)
        if lines == 2:
            turns = ((b"AUTH OAUTHBEARER\r\n", b"+\r\n"), (answer, b"+OK\r\n"))
        for payload in (64, 512):
            assert login(*turns, payload=payload, token=token, method="OAUTHBEARER") == "OAUTHBEARER"


def test_a_refused_token_is_answered_as_each_mechanism_wants():
    explanation = b"+ " + base64(b'{"status":"401"}') + b"\r\n"
    answer = base64(b"user=mrose\1auth=Bearer tok\1\1") + b"\r\n"
    turns = ((b"AUTH XOAUTH2\r\n", b"+\r\n"), (answer, explanation), (b"\r\n", b"-ERR [AUTH] expired\r\n"))
    raises(micropop.AuthenticationError, login, *turns, token="tok", method="XOAUTH2")
    answer = base64(b"n,a=mr=2Cose,\1auth=Bearer tok\1\1") + b"\r\n"
    turns = ((b"AUTH OAUTHBEARER " + answer, explanation), (b"AQ==\r\n", b"-ERR [AUTH] expired\r\n"))
    raises(micropop.AuthenticationError, login, *turns, user="mr,ose", token="tok", method="OAUTHBEARER")


def test_the_strongest_method_is_taken():
    turns = (capa(b"SASL PLAIN LOGIN SCRAM-SHA-256 CRAM-MD5"),) + Scram().turns
    assert login(*turns, greeting=STAMP, password="pencil", secure=False) == "SCRAM-SHA-256"
    turns = (capa(b"USER", b"SASL LOGIN PLAIN"), (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n"))
    assert login(*turns, password="tanstaaf") == "PLAIN"
    turns = (capa(b"TOP"), (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n"))
    assert login(*turns, greeting=STAMP, password="tanstaaf") == "APOP"


def test_rubbish_goes_on_with_the_next_method():
    for challenge in (b"\x80\x81!", b"abc", b"abcde"):
        turns = (
            capa(b"SASL CRAM-MD5 PLAIN"),
            (b"AUTH CRAM-MD5\r\n", b"+ " + challenge + b"\r\n"),
            (b"*\r\n", b"-ERR cancelled\r\n"),
            (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n"),
        )
        assert login(*turns, password="tanstaaf") == "PLAIN"


def test_a_challenge_that_makes_no_sense_is_no_refusal_of_the_password():
    """Whatever method is next is tried then: one that hides the password, and one that sends it, too."""
    apop = (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n")
    cancelled = (b"*\r\n", b"-ERR cancelled\r\n")
    turns = (capa(b"SASL CRAM-MD5"), (b"AUTH CRAM-MD5\r\n", b"+\r\n"), cancelled, apop)
    assert login(*turns, greeting=STAMP, password="tanstaaf", secure=False) == "APOP"
    turns = (
        capa(b"SASL PLAIN LOGIN"),
        (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+ bW9yZQ==\r\n"),
        (b"AG1yb3NlAHRhbnN0YWFm\r\n", b"+ bW9yZQ==\r\n"),
        cancelled,
        (b"AUTH LOGIN\r\n", b"+\r\n"),
        (b"bXJvc2U=\r\n", b"+\r\n"),
        (b"dGFuc3RhYWY=\r\n", b"+OK\r\n"),
    )
    assert login(*turns, password="tanstaaf") == "LOGIN"


def test_a_server_that_hangs_up_or_babbles_at_who_cancels():
    for said, kind in ((CLOSE, micropop.ConnectionLost), (b"what?\r\n", micropop.ProtocolError)):
        turns = ((b"AUTH CRAM-MD5\r\n", b"+ !\r\n"), (b"*\r\n", said))
        with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
            raises(kind, client.login, "mrose", "tanstaaf", method="CRAM-MD5")
            assert client.state == "CLOSED"


def test_a_token_is_sent_by_no_other_mechanism_than_those_listed():
    turns = (
        capa(b"SASL OAUTHBEARER PLAIN"),
        (b"AUTH OAUTHBEARER " + base64(b"n,a=mrose,\1auth=Bearer tok\1\1") + b"\r\n", b"-ERR no\r\n"),
        (b"AUTH OAUTHBEARER\r\n", b"-ERR no\r\n"),  # some servers take two lines only
    )
    raises(micropop.AuthenticationError, login, *turns, token="tok")


def test_a_mechanism_that_the_server_lists_and_does_not_have():
    """Nothing was said of the password: the next is tried, one that hides it too."""
    unknown = (capa(b"SASL CRAM-MD5 PLAIN"), (b"AUTH CRAM-MD5\r\n", b"-ERR unknown mechanism\r\n"))
    plain = (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n")
    assert login(*unknown, plain, password="tanstaaf") == "PLAIN"
    apop = (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n")
    assert login(*unknown, apop, greeting=STAMP, password="tanstaaf") == "APOP"


def test_a_challenge_without_a_space_before_it():
    digest = hexlify(digests.hmac(password.md5, b"tanstaaf", b"<x@y>"))
    answer = (base64(b"mrose " + digest) + b"\r\n", b"+OK\r\n")
    turns = ((b"AUTH CRAM-MD5\r\n", b"+" + base64(b"<x@y>") + b"\r\n"), answer)
    assert login(*turns, password="tanstaaf", method="CRAM-MD5") == "CRAM-MD5"


def test_what_a_refusal_and_a_choice_tell():
    """Which method was refused; and whether commands may be on their way together, which CAPA told by the way."""
    turns = (capa(b"SASL PLAIN", b"PIPELINING"), (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"-ERR [AUTH] no\r\n"))
    assert raises(micropop.AuthenticationError, login, *turns, password="tanstaaf").method == "PLAIN"
    turns = (turns[0], (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"+OK\r\n"))
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        assert client.pipelining is True


class Module:
    """Stands for a module with no more than these names, while its block lasts."""

    def __init__(self, name, **names):
        self.name = name
        for each, value in names.items():
            setattr(self, each, value)

    def __enter__(self):
        self.before = sys.modules.get(self.name)  # MicroPython does not list its own
        sys.modules[self.name] = self

    def __exit__(self, *_):
        del sys.modules[self.name]
        if self.before is not None:
            sys.modules[self.name] = self.before


def test_md5_of_each_firmware():
    with Module("hashlib", md5=lambda data: (1, data)):
        assert password.md5(b"x") == (1, b"x")
    with Module("hashlib"), Module("adafruit_hashlib", md5=lambda data: (2, data)):
        assert password.md5(b"x") == (2, b"x")
    with Module("hashlib"), Module("adafruit_hashlib"):
        assert hexlify(password.md5(b"x").digest()) == b"9dd4e461268c8034f5c8564e155c67a6"


def test_sha_256_of_each_firmware():
    def new(name, data=b""):  # CircuitPython's, which may know no other than the first
        if name not in known:
            raise ValueError(name)
        return sha256(data)

    known = ("sha1",)
    for without in (Module("hashlib"), Module("hashlib", new=new)):
        with without:
            assert digests.sha256() is None
    known = ("sha1", "sha256")
    with Module("hashlib", new=new):
        made = digests.sha256()
        assert made().digest() == sha256(b"").digest() and made(b"x").digest() == sha256(b"x").digest()


def test_where_the_firmware_has_no_sha_256_the_next_method_is_tried():
    apop = (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"+OK\r\n")
    before = challenges.sha256
    challenges.sha256 = lambda: None
    try:
        assert login(capa(b"SASL SCRAM-SHA-256"), apop, greeting=STAMP, password="tanstaaf", secure=False) == "APOP"
        error = raises(micropop.AuthenticationError, login, password="tanstaaf", method="SCRAM-SHA-256")
        assert "SHA-256" in str(error)
    finally:
        challenges.sha256 = before


def test_a_refused_password_is_tried_twice_at_the_most():
    digest = hexlify(digests.hmac(password.md5, b"tanstaaf", b"<x@y>"))
    turns = (
        capa(b"SASL CRAM-MD5 PLAIN LOGIN"),
        (b"AUTH CRAM-MD5\r\n", b"+ " + base64(b"<x@y>") + b"\r\n"),
        (base64(b"mrose " + digest) + b"\r\n", b"-ERR [AUTH] no\r\n"),
        (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"-ERR [AUTH] no\r\n"),
    )
    raises(micropop.AuthenticationError, login, *turns, greeting=STAMP, password="tanstaaf")


def test_where_the_server_hangs_up_on_the_second_method_the_refusal_is_told():
    turns = (
        capa(b"SASL CRAM-MD5 PLAIN"),
        (b"AUTH CRAM-MD5\r\n", b"+ " + base64(b"<x@y>") + b"\r\n"),
        (lambda line: (b"-ERR [AUTH] no\r\n", CLOSE),),
    )
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        client.transport.secure = True
        talk.forgive()
        error = raises(micropop.AuthenticationError, client.login, "mrose", "tanstaaf")
        assert error.fatal and client.state == "CLOSED"


def test_ok_in_place_of_a_challenge_is_no_login():
    for said in (b"+OK\r\n", b"+OK welcome\r\n", b"+ok welcome\r\n"):
        for method in ("CRAM-MD5", "SCRAM-SHA-256", "LOGIN"):
            turn = (b"AUTH " + method.encode() + b"\r\n", said)
            error = raises(micropop.ProtocolError, login, turn, password="tanstaaf", method=method)
            assert "without a password" in str(error)


def test_a_mailbox_in_use_is_no_reason_to_try_again():
    turns = (capa(b"SASL PLAIN LOGIN"), (b"AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", b"-ERR [IN-USE] busy\r\n"))
    raises(micropop.InUse, login, *turns, password="tanstaaf")


def test_no_password_in_clear_unless_allowed():
    for method in (None, "USER", "PLAIN", "LOGIN"):
        turns = () if method else (capa(b"USER", b"SASL PLAIN LOGIN"),)
        raises(micropop.CleartextRefused, login, *turns, password="tanstaaf", method=method, secure=False)
    for method in ("XOAUTH2", "OAUTHBEARER"):
        raises(micropop.CleartextRefused, login, token="tok", method=method, secure=False)


def test_a_refused_digest_does_not_end_in_a_password_in_clear():
    turns = (capa(b"USER"), (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", b"-ERR no\r\n"))
    raises(micropop.AuthenticationError, login, *turns, greeting=STAMP, password="tanstaaf", secure=False)


def test_arguments_that_cannot_be():
    for how in (
        {},
        {"password": ""},
        {"password": None},
        {"password": 12345},
        {"token": ""},
        {"password": "x", "method": "NTLM"},
        {"password": "x", "method": "XOAUTH2"},
        {"token": "x", "method": "PLAIN"},
        {"token": "x", "method": "USER"},
        {"password": "x", "authzid": "other", "method": "USER"},
        {"password": "x", "authzid": "a\r\nb"},
    ):
        raises(micropop.InvalidArgument, login, **how)
    for user in ("", None, 5, "a\tb", "a\x1fb", "a\x7fb"):
        raises(micropop.InvalidArgument, login, user=user, password="x")


def test_names_beyond_ascii_want_utf8():
    for user, secret, utf8 in (
        ("jörg", "grün", True),
        ("jörg", "green", True),
        ("mrose", "grün", True),
        ("mrose", "tanstaaf", False),
        ("~mrose", "tanstaaf", False),
        ("mrose", "tanstaaf~", False),
    ):
        turns = (capa(b"UTF8 USER", b"USER"),)
        if utf8:
            turns += ((b"UTF8\r\n", b"+OK\r\n"),)
        turns += ((b"USER %s\r\n" % user.encode(), b"+OK\r\n"), (b"PASS %s\r\n" % secret.encode(), b"+OK\r\n"))
        with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
            client.login(user, secret, cleartext=True)


def test_who_is_logged_in_cannot_log_in_again():
    with Talking((b"QUIT\r\n", b"+OK\r\n")) as talk:
        client = talk.login()
        raises(micropop.InvalidState, client.login, "mrose", "tanstaaf", method="USER", cleartext=True)
        client.quit()


def test_languages():
    turns = (
        (b"LANG\r\n", b"+OK\r\nen English\r\nde Deutsch\r\n.\r\n"),
        (b"LANG de\r\n", b"+OK de Sprache\r\n"),
        (b"UTF8\r\n", b"+OK\r\n"),
    )
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        assert list(client.languages()) == [("en", b"English"), ("de", b"Deutsch")]
        client.language("de")
        client.utf8()
        for tag in ("", None, "d e", "de\r\nQUIT"):
            raises(micropop.InvalidArgument, client.language, tag)
        client.close()
        for call in (lambda: list(client.languages()), lambda: client.language("de"), client.utf8):
            assert "closed" in str(raises(micropop.InvalidState, call))
