"""What a person reads of a mail: which text, and HTML and broken lines made readable (RFC 2046, 3676)."""

import micropop

from host_tests.mime.both.helpers import each_way, lines, multipart, octets, part, raises, read

PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
ATTACHED = "Content-Disposition: attachment; filename=a"


def text(data):
    """What ``mail.text()`` gives, however the mail is cut."""
    return each_way(data, lambda mail: mail.text())


# -- which text


def test_a_mail_of_text_alone():
    assert text(lines("Subject: s", "", "Hello", "you")) == "Hello\r\nyou\r\n"


def test_plain_before_html_in_any_order():
    plain, html = part("plain", PLAIN), part("<p>html", HTML)
    assert text(multipart(plain, html, kind="alternative")) == "plain"
    assert text(multipart(html, plain, kind="alternative")) == "plain"


def test_html_where_there_is_no_plain_text():
    assert text(multipart(part("<b>b</b>", HTML), part("x", "Content-Type: image/png"), kind="alternative")) == "b"
    assert text(lines(HTML, "", "<p>one<p>two")) == "one\r\n\r\ntwo"


def test_another_kind_of_text_where_there_is_neither():
    calendar = part("BEGIN:VCALENDAR", "Content-Type: text/calendar")
    assert text(multipart(calendar, part("x", "Content-Type: image/png"))) == "BEGIN:VCALENDAR"
    assert text(multipart(calendar, part("<p>html", HTML), kind="alternative")) == "html"
    assert text(multipart(calendar, part("plain", PLAIN))) == "plain"


def test_of_several_texts_the_first():
    html = part("<p>html", HTML)
    assert text(multipart(html, part("-- footer of a list", PLAIN))) == "html"
    assert text(multipart(part("plain", PLAIN), html)) == "plain"
    calendar = part("BEGIN:VCALENDAR", "Content-Type: text/calendar")
    assert text(multipart(calendar, part("x,y", "Content-Type: text/csv"))) == "BEGIN:VCALENDAR"


def test_a_blank_text_is_not_what_a_person_reads():
    assert text(multipart(part(" \r\n\r\n", PLAIN), part("<p>html", HTML), kind="alternative")) == "html"
    assert text(multipart(part("\r\n", PLAIN), part("a", "Content-Type: a/b"), part("later", PLAIN))) == "later"


def test_attachments_are_not_it():
    assert text(multipart(part("attached", PLAIN, ATTACHED), part("text", PLAIN))) == "text"
    assert text(multipart(part("attached", PLAIN, ATTACHED))) == ""
    assert text(lines(PLAIN, ATTACHED, "", "attached")) == ""


def test_mails_without_text():
    assert text(b"") == ""
    assert text(lines("Content-Type: image/png", "", "x")) == ""
    assert text(multipart(part("Subject: x\r\n\r\ninner", "Content-Type: message/rfc822"))) == ""


def test_html_within_related_within_alternative():
    related = multipart(part("<p>html", HTML), part("x", "Content-Type: image/png"), kind="related", boundary="r")
    assert text(multipart(part("plain", PLAIN), related, kind="alternative")) == "plain"
    assert text(multipart(part(" ", PLAIN), related, kind="alternative")) == "html"
    assert text(multipart(related, part("pdf", "Content-Type: application/pdf"))) == "html"


def test_the_loop_goes_on_behind_the_alternative():
    both = multipart(part("plain", PLAIN), part("<p>html", HTML), kind="alternative", boundary="a")
    data = multipart(both, part("one", "Content-Type: a/b"), part("two", "Content-Type: c/d"))

    def look(mail):
        return mail.text(), [(each.type, octets(each)) for each in mail]

    assert each_way(data, look) == ("plain", [("a/b", b"one"), ("c/d", b"two")])


def test_the_loop_goes_on_behind_a_text_in_no_alternative():
    data = multipart(part("x", "Content-Type: a/b"), part("text", PLAIN), part("one", "Content-Type: c/d"))
    assert each_way(data, lambda mail: (mail.text(), [each.type for each in mail])) == ("text", ["c/d"])


def test_asked_again_it_gives_the_next_text_or_none():
    data = multipart(part("one", PLAIN), part("x", "Content-Type: a/b"), part("two", PLAIN))
    assert each_way(data, lambda mail: (mail.text(), mail.text(), mail.text())) == ("one", "two", "")
    both = multipart(part("plain", PLAIN), part("<p>html", HTML), kind="alternative", boundary="a")
    data = multipart(both, part("footer", PLAIN))
    assert each_way(data, lambda mail: (mail.text(), mail.text(), mail.text())) == ("plain", "footer", "")


def test_a_loop_that_has_begun_goes_on_with_the_text_behind_it():
    data = multipart(part("one", "Content-Type: a/b"), part("two", PLAIN), part("three", PLAIN))
    mail = read(data)
    next(mail)
    assert mail.text() == "two" and octets(next(mail)) == b"three"


# -- as much of it as wanted


def test_a_limit_in_characters():
    for limit in (1, 4, 5, 6, 100):
        found = each_way(lines(PLAIN, "", "äöü") + b"x", lambda mail, limit=limit: mail.text(limit))
        assert found == "äöü\r\nx"[:limit]


def test_text_in_pages():
    data = lines(PLAIN, "") + ("Grüße! " * 100).encode()

    def look(mail):
        pages = []
        each = next(mail)
        while True:
            page = each.text(50)
            if not page:
                return pages
            pages.append((page, each.truncated))

    pages = each_way(data, look)
    assert "".join([page for page, _ in pages]) == "Grüße! " * 100
    assert [len(page) for page, _ in pages] == [50] * 14
    assert [truncated for _, truncated in pages] == [True] * 13 + [False]


def test_the_text_of_a_part_is_as_the_sender_wrote_it():
    assert each_way(lines(HTML, "", "<i>a&amp;b</i>"), lambda mail: next(mail).text()) == "<i>a&amp;b</i>\r\n"


def test_text_then_octets_go_on_where_the_last_stopped():
    mail = read(lines("X: y", "") + b"a" * 100, 64)
    each = next(mail)
    buf = bytearray(5)
    assert each.readinto(buf) == 5 and buf == b"aaaaa"
    assert each.text(3) == "aaa" and each.text() == "a" * 92 and octets(each) == b""


def test_text_of_a_part_that_was_passed_over():
    mail = read(multipart(part("a"), part("b")))
    first = next(mail)
    next(mail)
    raises(micropop.InvalidState, first.text)


# -- format=flowed


def flowed(body, more=""):
    field = "Content-Type: text/plain; charset=utf-8; format=flowed" + more
    return each_way(lines(field, "") + body.encode(), lambda mail: next(mail).text())


def test_lines_that_go_on_are_joined():
    assert flowed("one \r\ntwo \r\nthree\r\nfour") == "one two three\r\nfour"
    assert flowed("one \ntwo\n") == "one two\n"
    assert flowed("one \r\n") == "one \r\n"


def test_the_line_of_a_signature_is_never_joined():
    assert flowed("text \r\n-- \r\nRose\r\n") == "text \r\n-- \r\nRose\r\n"
    assert flowed("-- \r\nRose") == "-- \r\nRose"


def test_stuffed_blanks_go():
    assert flowed(" From me\r\n  indented\r\n >no quote") == "From me\r\n indented\r\n>no quote"


def test_quotes_are_joined_with_their_like():
    assert flowed("> a \r\n> b\r\n>> c \r\n> d \r\ne") == "> a b\r\n>> c \r\n> d \r\ne"
    assert flowed(">> a \r\n>>b\r\n") == ">> a b\r\n"


def test_delsp():
    assert flowed("日本 \r\n語", "; delsp=yes") == "日本語"
    assert flowed("a \r\nb", "; delsp=yes-or-no") == "a b"


def test_flowed_lines_longer_than_memory():
    body = "word " * 2000 + "\r\nend"
    assert (
        each_way(
            lines("Content-Type: text/plain; format=flowed", "") + body.encode(),
            lambda mail: next(mail).text(20000),
            (64, 512, 1460),
        )
        == "word " * 2000 + "end"
    )


def test_lines_of_other_texts_are_not_joined():
    assert each_way(lines("X: y", "", "one ", "two"), lambda mail: mail.text()) == "one \r\ntwo\r\n"


# -- HTML


def plain(html):
    """What is read of HTML, however it is cut."""
    return text(lines(HTML, "") + html.encode())


def test_blocks_and_br_become_lines():
    assert plain("<div>one</div><div>two</div>three<br>four<br/>five") == "one\r\ntwo\r\nthree\r\nfour\r\nfive"
    assert plain("<p>one</p>\r\n<p>two</p><h1>three</h1>four") == "one\r\n\r\ntwo\r\n\r\nthree\r\n\r\nfour"
    assert plain("a<br><br><br><br>b") == "a\r\n\r\nb"
    assert plain("<ul><li>one</li><li>two</li></ul>") == "- one\r\n- two"
    assert plain("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>") == "a b\r\nc"


def test_inline_tags_leave_no_trace():
    assert plain("H<b>e</b>l<span class='x'>l</span>o <i>you</i>") == "Hello you"
    assert plain('see <a href="http://example.org/">our page</a>.') == "see our page."


def test_no_script_style_or_head():
    page = "<html><head><title>T</title><meta x><style>p {a: b}</style>junk</head><body>text</body></html>"
    assert plain(page) == "text"
    assert plain("a<script>if (1 < 2) { '</p>' }</script>b<STYLE>x</STYLE>c<style>never ends") == "abc"
    assert plain("<head><title>T</title><p>no body tag") == "no body tag"


def test_comments_go():
    assert plain("a<!-- <p>no</p> -- > -->b<!--[if mso]>no<![endif]-->c<!DOCTYPE x><?xml?>d") == "abcd"


def test_white_space_is_one_blank():
    assert plain("  one\r\n   two\t three&nbsp;&nbsp; four ") == "one two three four"
    assert plain("<pre>a\r\n  b   c</pre>d") == "a\r\n  b   c\r\n\r\nd"


def test_entities():
    assert plain("&lt;a&gt; &amp; &quot;b&quot; &auml;&Ouml;&szlig; &#228;&#xE4; &euro;") == '<a> & "b" äÖß ää €'
    assert plain("&#128169; &#146; &#x110000; &#xD800; &#0;") == "\U0001f4a9 ’ \ufffd \ufffd"
    assert plain("&nosuch; &; &#; &#x; &#1_0; &a b; R&D &amp") == "&nosuch; &; &#; &#x; &#1_0; &a b; R&D &amp"


def test_the_first_and_the_last_of_the_numbers_of_entities():
    for number, right in (
        ("31", " "),  # controls are blanks
        ("33", "!"),
        ("126", "~"),
        ("127", "\x7f"),
        ("128", "\u20ac"),  # windows-1252 is meant
        ("159", "\u0178"),
        ("161", "\xa1"),
        ("2047", "\u07ff"),
        ("2048", "\u0800"),
        ("55295", "\ud7ff"),
        ("55296", "\ufffd"),
        ("57343", "\ufffd"),
        ("57344", "\ue000"),
        ("65535", "\uffff"),
        ("65536", "\U00010000"),
        ("1114111", "\U0010ffff"),
        ("1114112", "\ufffd"),
    ):
        assert plain(f"a&#{number};b") == f"a{right}b", number
        assert plain(f"a&#x{int(number):x};b") == f"a{right}b", number
    assert plain("&iexcl;&Agrave;&yuml; &OElig;&rarr;&lt;") == "\xa1\xc0\xff \u0152\u2192<"


def test_signs_that_are_no_tags():
    assert plain("1 < 2 <3 <> a<b") == "1 < 2 <3 <> a"
    assert plain("<") == "<"


def test_quotes_in_tags():
    assert plain('a<img alt="x > y">b') == "ab"
    assert plain('a<img alt="never ends>b</p>c') == "ab\r\n\r\nc"


def test_a_tag_longer_than_memory():
    assert plain("a<img src='data:" + "x" * 5000 + "'>b") == "ab"


def test_html_in_another_charset():
    data = lines("Content-Type: text/html; charset=iso-8859-1", "") + b"<p>Gr\xfc\xdfe</p>"
    assert text(data) == "Grüße"


def test_a_long_head_before_the_text():
    assert text(lines(HTML, "") + b"<style>" + b"p { a: b }" * 2000 + b"</style>text") == "text"


def test_all_named_letters_of_latin_1():
    names = "&Agrave;&Aacute;&Acirc;&Atilde;&Auml;&Aring;&AElig;&Ccedil;&eacute;&yuml;&iexcl;&divide;"
    assert plain(names) == "ÀÁÂÃÄÅÆÇéÿ¡÷"
