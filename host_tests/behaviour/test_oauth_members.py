"""The members of a JSON object, cut anywhere, as a token server sends them and as it might."""

from micropop.oauth.members import Members, Text

from host_tests.behaviour.talking import raises

LAYERS = ["waiting"]

ANSWER = b"""{"token_type":"Bearer","scope":"https://outlook.office.com/POP.AccessAsUser.All","expires_in":3599,
 "ext_expires_in":3599, "access_token":"EwB4\\/A8l6\\u002bBAAU", "refresh_token" : "M.C5\\u0035_BAY.0.U.-Cg!*$",
 "nested": {"access_token": "not this", "list": [1, {"a": "}"}, "]", [[]]], "n": null}, "error": "none"}"""
WANTED = {
    "access_token": "EwB4/A8l6+BAAU",
    "refresh_token": "M.C55_BAY.0.U.-Cg!*$",
    "expires_in": "3599",
    "error": "none",
}


class Whole:
    """A sink that keeps all of a string, in the parts in which it came."""

    scalar = False

    def __init__(self):
        self.parts = []
        self.ends = 0

    def begin(self):
        self.parts = []

    def write(self, data):
        assert len(data)
        self.parts.append(bytes(data))

    def end(self):
        self.ends += 1


def read(octets, names, size=None, before=b""):
    """What the members with these names are in ``octets``, fed in pieces: texts by name, of those that came."""
    sinks = {name: Text(100) for name in names}
    members = Members(sinks)
    data = bytearray(before + octets + b"{rest")
    end = len(before) + len(octets)
    for at in range(len(before), end, size or end):
        members.feed(data, at, min(at + (size or end), end))
    assert members.done, "not the end"
    return {name: sinks[name].text for name in members.met}


def test_an_answer_cut_anywhere():
    for size in range(1, len(ANSWER) + 1):
        assert read(ANSWER, WANTED, size) == WANTED, size


def test_it_may_lie_within_a_buffer():
    assert read(ANSWER, WANTED, None, b"HTTP/1.1 200 OK\r\n\r\n") == WANTED


def test_a_plain_string_is_handed_on_as_it_lies_there():
    sink = Whole()
    data = bytearray(b'{"x": "' + b"a" * 100 + b'\\n"}')
    Members({"x": sink}).feed(data, 0, len(data))
    assert sink.parts == [b"a" * 100, b"\n"]
    assert sink.ends == 1


def test_every_escape():
    text = '\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041 \\u00e9 \\u20AC \\ud83d\\uDE00 \\u0000'
    octets = ('{"x": "%s"}' % text).encode()
    for size in range(1, len(octets)):
        assert read(octets, "x", size) == {"x": '" \\ / \b \f \n \r \t A é € \U0001f600 \0'}, size


def test_half_a_character_is_shown_as_one_that_is_not_known():
    for text in ("\\ud83d", "\\ud83d!", "\\ud83d\\n", "\\ud83d\\ud83d\\ude00", "\\ude00"):
        found = read(b'{"x": "%s"}' % text.encode(), "x")["x"]
        assert "\ufffd" in found
        assert "\U0001f600" in found or "\\ude00" not in text or len(text) == 6


def test_numbers_are_for_those_who_take_them():
    for value in ("12", "-1.5e3", "true", "null", "0"):
        for behind in ("}", " }", ',"z":1}', '\n,\n"z" : 1\n}'):
            assert read(b'{"x":' + (value + behind).encode(), "x")["x"] == value
    sink = Whole()
    data = bytearray(b'{"x": 12, "y": null}')
    Members({"x": sink, "y": sink}).feed(data, 0, len(data))
    assert sink.parts == []
    assert sink.ends == 0


def test_what_is_not_there_does_not_come():
    assert read(b"{}", WANTED) == {}
    assert read(b' {\t"x":[],"y":{}}', "xy") == {"x": "", "y": ""}


def test_a_name_is_a_name_however_it_is_written():
    assert read(b'{"\\u0078": "1", "xx": "2"}', "x") == {"x": "1"}
    long = b'{"%s": "1", "x": "2"}' % (b"x" * 5000)
    assert read(long, ("x", "x" * 40)) == {"x": "2", "x" * 40: "1"} or read(long, "x") == {"x": "2"}


def test_any_depth_takes_no_memory():
    depth = 20000
    assert read(b'{"x":' + b"[" * depth + b"]" * depth + b',"y":"1"}', "y", 100) == {"y": "1"}


def test_a_member_that_comes_twice_is_refused():
    for text in (b'{"x": "1", "x": "2"}', b'{"x": 1, "y": {}, "\\u0078": null}'):
        assert "x twice" in str(raises(ValueError, read, text, "x"))
    assert read(b'{"y": "1", "y": "2"}', "x") == {}


def test_what_is_no_json_is_refused():
    for text in (
        b"<html>",
        b"[]",
        b'"x"',
        b"x",
        b"{x: 1}",
        b"{,}",
        b'{"x"}',
        b'{"x" 1}',
        b'{"x": }',
        b'{"x": 1 2}',
        b'{"x": "1" "2"}',
        b'{"x": 1]',
        b'{"x": 1,}',
        b'{"x": 1,,"y": 1}',
        b'{"x": "\\x"}',
        b'{"x": "\\u12g4"}',
        b'{"x": hello}',
        b'{1: "x"}',
    ):
        raises(ValueError, read, text, "x")


def test_half_an_answer_is_not_done():
    for end in range(len(ANSWER)):
        members = Members({name: Text(10) for name in WANTED})
        members.feed(bytearray(ANSWER), 0, end)
        assert not members.done, end


def test_a_text_has_a_limit():
    for octets, text in (
        (b"abcdefgh", "abcde"),
        ("aaaaé".encode(), "aaaa"),
        ("a€€".encode(), "a€"),
        (b"\xff\xffa", "??a"),
    ):
        sink = Text(5)
        sink.begin()
        for at in range(len(octets)):
            sink.write(octets[at : at + 1])
        assert sink.text == text
    numbers = (b"3599", 3599), (b"3599.5", 3599), (b"", 0), (b"-1", 0), (b"1e3", 0), (b"x", 0)
    for octets, number in numbers:
        sink = Text(12)
        sink.write(octets)
        assert sink.number == number
