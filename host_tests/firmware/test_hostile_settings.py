"""Settings from an attacker: named mistakes, and nothing that reaches the server as a command."""

import micropop
import pytest
from watcher import toml

from host_tests.behaviour.talking import Talking


@pytest.mark.parametrize(
    "code", ["\\ud800", "\\uDFFF", "\\U0000d800", "\\UFFFFFFFF", "\\U00110000", "\\u-001", "\\u 041"]
)
def test_half_characters_are_mistakes(code: str):
    with pytest.raises(toml.Mistake, match="line 1: KEY: "):
        toml.read([b'KEY = "' + code.encode() + b'"'])


@pytest.mark.parametrize(
    "line", [b"\xff", b'K = "\xed\xa0\x80"', b'K = "\xc0\x8a"', b"[" * 5000, b'K = "' + b"\\" * 4999]
)
def test_lines_of_rubbish_are_mistakes_or_nothing(line: bytes):
    try:
        assert toml.read([line]) == {}
    except toml.Mistake as mistake:
        assert str(mistake).startswith("line 1: ") and len(str(mistake)) < 100


@pytest.mark.parametrize(
    "value", ["12345\N{SUPERSCRIPT TWO}", "1\N{ARABIC-INDIC DIGIT ONE}234", "12345_6", "12345x", "+-12345"]
)
def test_a_number_has_the_digits_of_ascii_and_no_mistake_shows_a_value(value: str):
    with pytest.raises(toml.Mistake, match="line 1: POP3_PASSWORD: text needs quotation marks") as caught:
        toml.read([f"POP3_PASSWORD = {value}".encode()])
    assert "234" not in str(caught.value)


def test_a_number_without_end_is_a_mistake():
    with pytest.raises(toml.Mistake, match="line 1: KEY: text needs quotation marks") as caught:
        toml.read([b"KEY = " + b"7" * 5000])
    assert "77" not in str(caught.value)


@pytest.mark.parametrize("key", ["user", "password"])
def test_a_line_break_in_a_setting_is_never_sent(key: str):
    value = toml.read([b'KEY = "mrose\\r\\nDELE 1"'])["KEY"]
    assert value == "mrose\r\nDELE 1"
    with Talking((b"QUIT\r\n", b"+OK\r\n"), logged_in=False) as talk:
        client = talk.connect()
        with pytest.raises(micropop.InvalidArgument) as caught:
            client.login(**{"user": "mrose", "password": "tanstaaf", "cleartext": True, key: value})
        assert "DELE" not in str(caught.value)
        client.quit()
    assert talk.server.sent == b"QUIT\r\n"
