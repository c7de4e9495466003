"""The members of a JSON object, cut anywhere, as a token server sends them and as it might."""

from micropop.oauth.members import Members, Text

from host_tests.behaviour.talking import raises

LAYERS = ["waiting"]

ANSWER = b"""{"token_type":"Bearer","scope":"https://outlook.office.com/POP.AccessAsUser.All","expires_in":3599,
 "ext_expires_in":3599, "access_token":"EwB4\\/A8l6\\u002bBAAU", "refresh_token" : "M.C5\\u0035_BAY.0.U.-Cg!*$",
 "nested": {"access_token": "not this", "list": [1, {"a": "}"}, "]", [[]]], "n": null}, "error": "none"}"""
WANTED = {
    b"access_token": "EwB4/A8l6+BAAU",
    b"refresh_token": "M.C55_BAY.0.U.-Cg!*$",
    b"expires_in": "3599",
    b"error": "none",
}


class Whole:
    """A sink that keeps all of a string, in the parts in which it came."""

    scalar = False

    def __init__(self):
        self.parts = []

    def begin(self):
        assert not self.parts

    def write(self, data):
        assert len(data)
        self.parts.append(bytes(data))


def read(octets, names, size=None, before=b""):
    """What the members with these names are in ``octets``, fed in pieces: texts by name, of those that came."""
    sinks = {name: Text(100) for name in names}
    members = Members(sinks)
    data = bytearray(before + octets + b"{rest")
    end = len(before) + len(octets)
    for at in range(len(before), end, size or end):
        members.feed(data, at, min(at + (size or end), end))
    assert members.done, "not the end"
    return {name: sinks[name].octets.decode() for name in members.met}


def x(octets, size=None):
    """What the member ``x`` of an object is."""
    return read(octets, (b"x",), size).get(b"x")


def test_an_answer_cut_anywhere():
    for size in range(1, len(ANSWER) + 1):
        assert read(ANSWER, WANTED, size) == WANTED, size


def test_it_may_lie_within_a_buffer():
    assert read(ANSWER, WANTED, None, b"HTTP/1.1 200 OK\r\n\r\n") == WANTED


def test_a_plain_string_is_handed_on_as_it_lies_there():
    sink = Whole()
    data = bytearray(b'{"x": "' + b"a" * 100 + b'\\n"}')
    Members({b"x": sink}).feed(data, 0, len(data))
    assert sink.parts == [b"a" * 100, b"\n"]


def test_every_escape():
    text = b'{"x": "\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041 \\u00e9 \\u20AC \\u0000"}'
    for size in range(1, len(text)):
        assert x(text, size) == '" \\ / \b \f \n \r \t A é € \0', size
    for half in ("\\ud83d\\ude00", "\\ud83dz", "\\ude00"):  # beyond 16 bits, or half of it: no token has such
        found = x(b'{"x": "a' + half.encode() + b'b"}')
        assert found == "a" + {12: "\ufffd\ufffd", 7: "\ufffdz", 6: "\ufffd"}[len(half)] + "b"


def test_numbers_are_for_those_who_take_them():
    for value in ("12", "-1.5e3", "0"):
        for behind in ("}", " }", ',"z":1}', '\n,\n"z" : 1\n}'):
            assert x(b'{"x":' + (value + behind).encode()) == value
    sink = Whole()
    data = bytearray(b'{"x": 12, "y": null}')
    Members({b"x": sink, b"y": sink}).feed(data, 0, len(data))
    assert sink.parts == []


def test_null_true_and_false_are_nothing_to_read():
    for value in (b"null", b"true", b"false"):
        for size in range(1, 20):
            assert read(b'{"x": ' + value + b', "y": 1}', (b"x", b"y"), size) == {b"x": "", b"y": "1"}
    assert x(b'{"x": "null"}') == "null"


def test_other_words_are_no_values():
    words = b"invalid_grant", b"nul", b"nulll", b"nullnull", b"null1", b"tru", b"falsetrue"
    for value in words + (b"'x'", b"NaN", b"mac", b"+1", b".5"):
        for behind in (b"}", b" }", b', "y": 1}', b"1}"):
            raises(ValueError, x, b'{"x": ' + value + behind)
            raises(ValueError, x, b'{"y": ' + value + behind)
    for value in (b"36zz", b"0x10", b"1_0", b"-Infinity", b"1 2", b"1true", b"null 1", b"1 null", b"1null"):
        raises(ValueError, x, b'{"x": ' + value + b"}")


def test_what_is_not_there_does_not_come():
    assert read(b"{}", WANTED) == {}
    assert x(b' {\t"x":[],"y":{}}') == ""
    assert x(b' {\t"x":["no"],"y":{"x": "no"}}') == ""


def test_a_name_is_a_name_however_it_is_written():
    assert read(b'{"\\u0078": "1", "xx": "2"}', (b"x",)) == {b"x": "1"}
    assert x(b'{"' + b"x" * 5000 + b'": "1", "x": "2"}') == "2"
    assert x(b'{"y": "x", "z": ["x", {"x": "1"}], "x": "2"}') == "2"


def test_no_depth_takes_memory():
    for depth in (1, 20):
        assert x(b'{"y":' + b"[" * depth + b"]" * depth + b',"x":"1"}', 100) == "1"
        assert x(b'{"y":' + b'{"z":' * depth + b"1" + b"}" * depth + b',"x":"1"}', 100) == "1"
    for depth in (30, 20000):
        raises(ValueError, x, b'{"y":' + b"[" * depth + b"]" * depth + b',"x":"1"}', 100)


def test_a_member_that_comes_twice_is_refused():
    for text in (b'{"x": "1", "x": "2"}', b'{"x": 1, "x": {}}', b'{"x": "1", "\\u0078": null}'):
        raises(ValueError, x, text)
    assert x(b'{"y": "1", "y": "2"}') is None


def test_what_is_no_object_is_refused():
    for text in (b"<html>", b"[]", b'"x"', b"x", b"}", b"1"):
        raises(ValueError, x, text)
    for escape in (b"\\x", b"\\u12g4", b"\\u0_41", b"\\u 123"):
        raises(ValueError, x, b'{"x": "' + escape + b'"}')


def refused(*texts):
    """Check that each of them is no object, at once and octet by octet."""
    for text in texts:
        for size in (None, 1):
            raises(ValueError, x, text, size)


def test_what_stands_where_nothing_may_is_refused():
    refused(
        b'{"x": "1" "2"}',
        b'{"x": "1""2"}',
        b'{"x": "1" 2}',
        b'{"x": 1 2}',
        b'{"x": 1 "2"}',
        b'{"x": 1"2"}',
        b'{"x": {} "2"}',
        b'{"x": [] {}}',
        b'{"x": "1" {}}',
        b'{"x": 1[]}',
        b'{"x": "1": "2"}',
        b'{"x":: "1"}',
        b'{"x": , "y": 1}',
        b'{"x":}',
        b'{"x"}',
        b'{"x", "y": 1}',
        b'{"x" "y": 1}',
        b'{"x" 1}',
        b'{: "1"}',
        b'{, "x": "1"}',
        b'{"x": "1",, "y": 1}',
        b'{"x": "1",}',
        b'{x: "1"}',
        b'{"y": 1 "x": "1"}',
        b'{["x"]: "1"}',
        b'{{"x": "1"}}',
    )


def test_a_bracket_that_does_not_match_is_refused():
    refused(
        b'{"x": "1"]',
        b'{"x": 1]',
        b"{]",
        b'{"y": [}, "x": "1"}',
        b'{"y": {], "x": "1"}',
        b'{"y": [{]}, "x": "1"}',
        b'{"y": [1}, "x": "1"]',
    )


def test_half_an_answer_is_not_done():
    for end in range(len(ANSWER)):
        members = Members({name: Text(10) for name in WANTED})
        members.feed(bytearray(ANSWER), 0, end)
        assert not members.done, end


def test_a_text_has_a_limit():
    sink = Text(5)
    sink.begin()
    for c in (b"ab", b"cde", b"f", b"ghi"):
        sink.write(memoryview(c))
    assert sink.octets == b"abcde"
    sink.begin()
    assert sink.octets == b""


def test_a_text_may_be_a_number():
    numbers = (b"3599", 3599), (b"3599.5", 3599), (b"", 0), (b"-1", 0), (b"3.6e3", 3600), (b"1E3", 1000)
    numbers += (b"x", 0), (b"-1e9", 0), (b"1e999", 0), (b"nan", 0), (b"\xff", 0), (b"1 2", 0)
    for octets, number in numbers:
        sink = Text(12)
        sink.write(octets)
        assert sink.number == number
