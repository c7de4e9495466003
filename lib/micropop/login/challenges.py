"""The SASL mechanisms that never send the password: CRAM-MD5 (RFC 2195) and SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

from binascii import a2b_base64, b2a_base64, hexlify
from os import urandom

from .digests import hmac, pads, sha256
from .keys import known
from .password import md5
from .sasl import begin, cancel, challenge, escaped, respond


def cram_md5(session, user, password):
    """Answer the server's challenge with its HMAC-MD5 under the password."""
    text = decoded((yield from begin(session, "CRAM-MD5")))
    if not text:
        yield from cancel(session, "CRAM-MD5", "no challenge")
    yield from respond(session, (user, b" ", hexlify(hmac(md5, password, text))))
    yield from session.reply()


def scram_sha_256(session, user, password, authzid):
    """Prove to know the password, and have the server prove it too. Raises ProtocolError if it cannot."""
    hash = sha256()
    if hash is None:
        from ..errors.problems import problem

        error = problem("unusable", "SCRAM-SHA-256", "this firmware has no SHA-256")
        error.unusable = True
        raise error
    asked = yield from begin(session, "SCRAM-SHA-256")
    header = b"n,a=" + escaped(authzid) + b"," if authzid else b"n,,"
    nonce = b2a_base64(urandom(18))[:-1]
    first = b"n=" + escaped(user) + b",r=" + nonce
    if asked:
        yield from cancel(session, "SCRAM-SHA-256", "a challenge too early")
    yield from respond(session, (header, first))
    asked = decoded((yield from challenge(session)) or b"")
    fields = asked.split(b",") if asked else ()
    salt = iterations = None
    if len(fields) > 2 and fields[0].startswith(b"r=" + nonce) and len(fields[0]) > len(nonce) + 2:
        salt = decoded(fields[1][2:]) if fields[1].startswith(b"s=") else None
        if fields[2].startswith(b"i=") and fields[2][2:].isdigit():
            iterations = int(fields[2][2:])
    if not salt or iterations is None or not 4096 <= iterations <= 100000:  # weaker ones help who guesses passwords
        yield from cancel(session, "SCRAM-SHA-256", "not a challenge of SCRAM, or not of 4096 to 100000 rounds")
    whose = (user, password, salt, iterations)
    if known[0] != whose:
        known[1] = yield from salted(session, hash, password, salt, iterations)
        known[0] = whose
    key = hmac(hash, known[1], b"Client Key")
    last = b"c=" + b2a_base64(header)[:-1] + b"," + fields[0]
    signed = first + b"," + asked + b"," + last
    signature = hmac(hash, hash(key).digest(), signed)
    proof = bytes([a ^ b for a, b in zip(key, signature)])
    yield from respond(session, (last, b",p=", b2a_base64(proof)[:-1]))
    expected = hmac(hash, hmac(hash, known[1], b"Server Key"), signed)
    said = decoded((yield from challenge(session)) or b"")
    proven = said.startswith(b"v=") and decoded(said[2:]) == expected
    if said and (proven or said.startswith(b"e=")):
        yield from respond(session, ())
        yield from session.reply()
    if not proven:
        raise session.broken("impostor")


def decoded(text):
    """What base64 text stands for; empty if it is none."""
    try:
        return a2b_base64(text)
    except ValueError:
        return b""


def salted(session, hash, password, salt, iterations):
    """The operation of PBKDF2 (RFC 8018) with HMAC over ``hash``, SHA-256: seconds of work on a board, with pauses."""
    try:
        from hashlib import pbkdf2_hmac
    except ImportError:
        pass
    else:
        return pbkdf2_hmac("sha256", password, salt, iterations)
    inner_pad = Pad()
    outer_pad = Pad()
    pads(password, hash, inner_pad, outer_pad)
    block = salt + b"\0\0\0\1"
    result = 0
    for i in range(iterations):
        inner = hash(inner_pad.data)
        inner.update(block)
        outer = hash(outer_pad.data)
        outer.update(inner.digest())
        block = outer.digest()
        result ^= int.from_bytes(block, "big")
        if i & 63 == 0:
            session.glance = True
            yield
    return result.to_bytes(32, "big")


class Pad:
    """Takes what ``pads`` gives to a hash, since MicroPython's hashes cannot be copied."""

    def update(self, data):
        self.data = data
