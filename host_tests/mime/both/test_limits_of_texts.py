"""Texts that are made to do harm; see ``test_limits.py``."""

from host_tests.mime.both.endless import endless


def test_an_endless_body():
    mail = endless((b"X: y\r\n\r\n", 1), (b"text and ", 100000))
    each = next(mail)
    assert each.text(20) == "text and text and te" and each.truncated
    assert list(mail) == []


def test_tags_and_entities_without_end():
    for piece in (b"<", b"&", b"<!--", b"<a b='", b"&amp", b"<p>", b"&lt;"):
        mail = endless((b"Content-Type: text/html\r\n\r\n", 1), (piece, 20000))
        assert len(mail.text(1000)) <= 1000


def test_a_text_for_which_there_is_no_room_in_one_piece_comes_in_several():
    mail = endless((b"X: y\r\n\r\n", 1), (b"many words ", 700))
    each = next(mail)
    count = 0
    while True:
        text = each.text(6000)  # in a heap of 48 KB it gets fewer
        if not text:
            break
        for i in range(0, len(text), 100):
            assert text[i : i + 11] == ("many words " * 2)[(count + i) % 11 :][: min(11, len(text) - i)]
        count += len(text)
    assert count == 7700
