"""An HTTP answer, cut anywhere, in each of the ways in which its body may come."""

from micropop.oauth.answer import Answer

from host_tests.behaviour.talking import raises

LAYERS = ["waiting"]

HEAD = b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nSet-Cookie: " + b"x" * 1500 + b"\r\n"
JSON = b'{"access_token": "abc"}'
CHUNKED = (
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n8;name=value\r\n" + JSON[:8] + b"\r\n00f\r\n" + JSON[8:] + b"\r\n0\r\n"
)


def read(octets, size=None):
    """(status, body, whether it is over) of an answer that comes in pieces."""
    body = bytearray()
    answer = Answer(lambda data, at, end: body.extend(data[at:end]))
    data = bytearray(octets)
    for at in range(0, len(octets), size or len(octets)):
        answer.feed(data, at, min(at + (size or len(octets)), len(octets)))
    return answer.status, bytes(body), answer.over


def test_a_body_of_a_length():
    octets = HEAD + b"CONTENT-LENGTH:  23 \r\n\r\n" + JSON
    for size in list(range(1, 80)) + [512, None]:
        assert read(octets, size) == (200, JSON, True), size
    assert read(octets[:-1]) == (200, JSON[:-1], False)
    assert read(octets + b"HTTP/1.1 200") == (200, JSON, True)


def test_a_body_in_chunks():
    for trailer in (b"\r\n", b"Expires: never\r\n\r\n"):
        octets = CHUNKED + trailer
        for size in list(range(1, 80)) + [512, None]:
            assert read(octets, size) == (200, JSON, True), size
        assert read(octets[:-2]) == (200, JSON, False)


def test_a_body_to_the_end_of_the_connection():
    for size in (1, 7, None):
        assert read(HEAD + b"\r\n" + JSON, size) == (200, JSON, False)


def test_chunks_count_more_than_a_length():
    octets = CHUNKED.replace(b"Transfer", b"Content-Length: 3\r\nTransfer") + b"\r\n"
    assert read(octets) == (200, JSON, True)


def test_no_body():
    assert read(b"HTTP/1.0 503 Busy\r\nContent-Length: 0\r\n\r\n") == (503, b"", True)
    assert read(b"HTTP/1.1 204\r\n\r\n") == (204, b"", True)


def test_lines_may_end_as_on_unix():
    assert read(CHUNKED.replace(b"\r\n", b"\n") + b"\n", 5) == (200, JSON, True)


def test_what_comes_before_the_answer_is_passed_over():
    for before in (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early\r\nContent-Length: 5\r\nLink: x\r\n\r\n" * 2):
        assert read(before + HEAD + b"Content-Length: 23\r\n\r\n" + JSON) == (200, JSON, True)


def test_how_long_the_server_wants_to_be_left_in_peace():
    for value, seconds in (
        (b"120", 120),
        (b"Fri, 31 Dec 1999 23:59:59 GMT", None),
        (b"999999999", None),
        (b"-1", None),
    ):
        answer = Answer(None)
        data = bytearray(b"HTTP/1.1 429 Slow\r\nRetry-After: " + value + b"\r\n")
        answer.feed(data, 0, len(data))
        assert answer.retry_after == seconds


def test_what_is_no_answer_is_refused():
    head = b"HTTP/1.1 200 OK\r\n"
    chunks = head + b"Transfer-Encoding: chunked\r\n\r\n"
    for octets in (
        b"+OK ready\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/2 200\r\n",
        b"HTTP/1.1 2000 OK\r\n",
        b"HTTP/1.1 abc\r\n",
        b"HTTP/1.1\r\n",
        b"\r\n",
        head + b"Content-Length: 1x\r\n\r\n",
        head + b"Content-Length: -1\r\n\r\n",
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        head + b"Content-Length: 9999999\r\n\r\n",
        head + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        head + b"Content-Encoding: gzip\r\n\r\n",
        chunks + b"\r\n",
        chunks + b"xyz\r\n",
        chunks + b"-1\r\n",
        chunks + b"1_0\r\n",
        chunks + b"fffffff\r\n",
        chunks + b"3\r\nabcdef\r\n",
    ):
        for size in (1, None):
            raises(ValueError, read, octets, size)


def test_an_answer_without_end_is_refused():
    head = b"HTTP/1.1 200 OK\r\n"
    for octets in (
        head + b"X: " + b"x" * 20000,
        head + b"X: x\r\n" * 4000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        head + b"\r\n" + b"x" * 70000,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 4000,
    ):
        raises(ValueError, read, octets, 300)
