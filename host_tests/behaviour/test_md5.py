"""The MD5 that the library brings for firmware without one, against RFC 1321 and the interpreter's own."""

from binascii import hexlify

from micropop.login.md5 import md5

LAYERS = ["waiting"]

RFC_1321 = {
    b"": b"d41d8cd98f00b204e9800998ecf8427e",
    b"a": b"0cc175b9c0f1b6a831c399e269772661",
    b"abc": b"900150983cd24fb0d6963f7d28e17f72",
    b"message digest": b"f96b697d7cb7938d525a2f31aaf161d0",
    b"abcdefghijklmnopqrstuvwxyz": b"c3fcd3d76192e4007dfb496cca67e13b",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789": b"d174ab98d277d9f5a5611c2c9f419d9f",
    b"1234567890" * 8: b"57edf4a22be3c955ac49da2e2107b67a",
}


def octets(n):
    """So many, none like its neighbours."""
    return bytes([i * 167 + (i >> 8) & 255 for i in range(n)])


def test_the_digests_of_rfc_1321():
    for text, digest in RFC_1321.items():
        assert hexlify(md5(text).digest()) == digest


def test_the_digest_of_rfc_1939_s_example():
    assert hexlify(md5(b"<1896.697170952@dbc.mtview.ca.us>tanstaaf").digest()) == b"c4c9334bac560ecc979e58001b3e22fb"


def test_every_length_about_three_blocks():
    try:
        from hashlib import md5 as other
    except ImportError:
        return  # CircuitPython: the examples must do
    for n in range(200):
        assert md5(octets(n)).digest() == other(octets(n)).digest(), n
    assert md5(b"\xff" * 1000).digest() == other(b"\xff" * 1000).digest()
    assert md5(octets(5000)).digest() == other(octets(5000)).digest()


def test_it_may_come_in_pieces_and_be_asked_in_between():
    text = octets(300)
    for size in (1, 3, 63, 64, 65, 128, 299):
        whole = md5()
        for at in range(0, 300, size):
            piece = memoryview(text)[at : at + size]
            whole.update(piece)
            assert whole.digest() == md5(text[: at + len(piece)]).digest()
        assert whole.digest() == md5(text).digest()
