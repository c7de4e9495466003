"""The reader of JSON members against CPython's json: random documents, cut anywhere, whole and damaged."""

import json
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from micropop.oauth.members import Members, Text

NAMES = ("access_token", "refresh_token", "expires_in", "error")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), TEXT
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8)
DOCUMENTS = st.dictionaries(st.sampled_from(NAMES) | TEXT, VALUES, max_size=6)
LAYOUTS = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"indent": "\t"}])


class Strings(Text):
    """Takes strings alone, of any length, and tells whether one came."""

    scalar = False
    came = False

    def __init__(self):
        super().__init__(1 << 20)

    def write(self, data: bytes | memoryview):
        self.came = True
        super().write(data)


def read(octets: bytes, cuts: list[int]) -> dict[str, str] | None:
    """The wanted members of a document that comes in pieces; None if it is not whole. Raises ValueError."""
    sinks = {name.encode(): Strings() for name in NAMES}
    members = Members(sinks)
    data = bytearray(octets)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for at, end in pairwise(places):
        members.feed(data, at, end)
    return {name.decode(): sink.octets.decode() for name, sink in sinks.items() if sink.came} if members.done else None


def expected(document: dict) -> dict[str, str]:
    return {name: shown(document[name]) for name in NAMES if isinstance(document.get(name), str) and document[name]}


def shown(text: str) -> str:
    """As it is read: the two halves in which JSON may write a character beyond 16 bits are not put together."""
    return "".join("\ufffd\ufffd" if ord(letter) > 0xFFFF else letter for letter in text)


@given(DOCUMENTS, LAYOUTS, st.lists(st.integers(0, 10**4), max_size=5))
def test_what_json_finds_is_found(document: dict, layout: dict, cuts: list[int]):
    assert read(json.dumps(document, **layout).encode(), cuts) == expected(document)


@given(DOCUMENTS, LAYOUTS, st.data())
@example({"error": "a"}, {}, None)
def test_damage_is_noticed_or_does_no_harm(document: dict, layout: dict, data: st.DataObject | None):
    """One octet changed, left out or put in: what json still takes is read like it, and no other error comes."""
    octets = bytearray(json.dumps(document, **layout).encode())
    if data is not None:
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=1))
    try:
        found = read(bytes(octets), [])
    except ValueError:
        found = None
    try:
        pairs = json.loads(octets, object_pairs_hook=lambda pairs: pairs)
        wanted = dict(pairs) if isinstance(pairs, list) and all(isinstance(pair, tuple) for pair in pairs) else None
        twice = [name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1 and name in NAMES]
    except (ValueError, TypeError):
        return
    if wanted is not None and not twice and octets[:1] not in (b"[", b""):
        assert found == expected(wanted)


@given(st.lists(st.sampled_from([*'{}[],:" 1', '"access_token"', '"refresh_token"', '"R"', "null"]), max_size=12))
@example(['"access_token"', ":", '"R"', '"R"', "}"])
@example(['"access_token"', ":", '"R"', "]"])
def test_what_is_no_object_brings_no_token(pieces: list[str]):
    """Whatever is put together of JSON's own characters: where a whole object with a token is found, json finds it."""
    octets = ("{" + "".join(pieces)).encode()
    try:
        found = read(octets, [])
    except ValueError:
        return
    if found:
        document, end = json.JSONDecoder().raw_decode(octets.decode())
        assert found == expected(document), end


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_rubbish_raises_nothing_but_value_error(octets: bytes, cuts: list[int]):
    try:
        read(b"{" + octets, cuts)
    except ValueError:
        pass
