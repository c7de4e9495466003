"""The header of a mail: what there is of it whatever it looks like (RFC 5322, 2047, 6532)."""

import micropop

from host_tests.mime.both.helpers import each_way, header, lines, raises, read


def subject(line, *more):
    """What the Subject line of a mail says, however the mail is cut."""
    return each_way(header(line, *more), lambda mail: mail.subject)


def test_the_fields_that_everybody_wants():
    mail = read(
        lines(
            "Date: Mon, 21 Apr 2025 09:30:00 +0200",
            "From: Mary Rose <mrose@example.org>",
            "To: Board <board@example.net>, b@example.net",
            "Subject: Q3",
            "",
            "text",
        )
    )
    assert (mail.subject, mail.sender, mail.address) == ("Q3", "Mary Rose", "mrose@example.org")
    assert mail.to == "Board <board@example.net>, b@example.net"
    assert mail.date == "Mon, 21 Apr 2025 09:30:00 +0200" and mail.time == (2025, 4, 21, 7, 30, 0)


def test_missing_fields_are_empty():
    mail = read(b"X: y\r\n\r\ntext")
    assert (mail.subject, mail.sender, mail.address, mail.to, mail.date, mail.time) == ("", "", "", "", "", None)


def test_other_fields_are_kept_when_they_are_named():
    data = header("List-Id: =?utf-8?q?L=C3=A4rm?= <l.example.org>", "Subject: s", "X-Empty:", "From: a <a@b>")
    mail = read(data, 64, ("List-Id", "x-empty", "x-missing", "from"))
    assert mail.field("list-id") == mail.field("LIST-ID") == "Lärm <l.example.org>"
    assert mail.field("x-empty") == mail.field("x-missing") == ""
    assert mail.field("from") == "a <a@b>" and mail.field("subject") == "s"
    assert read(data, 64, "list-id").field("list-id") == "Lärm <l.example.org>"


def test_the_fields_of_parts_are_kept_too_where_they_are_named():
    for kind in ("multipart/mixed; boundary=x", "text/plain; charset=utf-8"):
        mail = read(header("Content-Type: " + kind, "Content-ID: <1@x>"), 64, ("Content-Type", "content-id"))
        assert mail.field("content-type") == kind and mail.field("content-id") == "<1@x>"


def test_a_field_that_was_not_named_is_a_mistake():
    error = raises(micropop.InvalidArgument, read(header("List-Id: x")).field, "list-id")
    assert "list-id" in str(error) and "fields=" in str(error)


def test_names_of_fields_that_are_none():
    for fields in (5, (5,), None, ("list-id", None)):
        assert "fields=" in str(raises(micropop.InvalidArgument, read, header("a: b"), 64, fields))


def test_of_two_fields_with_one_name_the_first_counts():
    assert subject("Subject: first", "Subject: second") == "first"


def test_names_of_fields_in_any_case_and_with_blanks_before_the_colon():
    assert subject("SUBJECT : loud") == "loud"
    assert subject("subject:tight") == "tight"


def test_folded_lines_are_joined():
    assert subject("Subject: one", " two", "\tthree") == "one two three"


def test_line_ends_without_cr():
    assert each_way(b"Subject: unix\nTo: x\n\nbody\n", lambda mail: (mail.subject, mail.to)) == ("unix", "x")


def test_a_line_of_any_length_is_kept_to_256_characters_and_the_rest_passed_over():
    data = header("Subject: " + "x" * 20000, "To: next")
    found = each_way(data, lambda mail: (mail.subject, mail.to, mail.truncated), (7, 64, 512, 1460))
    assert found == ("x" * 256, "next", True)


def test_256_letters_of_other_alphabets_are_there_whatever_their_encoding_takes():
    text = "Щ" * 256
    words = []
    for i in range(0, 256, 8):
        words.append(" =?utf-8?q?" + "".join([f"={octet:02X}" for octet in text[i : i + 8].encode()]) + "?=")
    found = each_way(header("Subject:" + words[0], *words[1:]), lambda mail: (mail.subject, mail.truncated))
    assert found == (text, False)


def test_many_lines_of_one_field_are_kept_to_256_characters():
    data = lines("Subject: a", *[f" b{i:03}" for i in range(2000)]) + lines("To: next", "")
    found = each_way(data, lambda mail: (len(mail.subject), mail.to), (7, 64, 512))
    assert found == (256, "next")


def test_a_line_of_blanks_continues_the_field_before_it():
    assert each_way(header("To: x", " ", "\t ", "Subject: after"), lambda mail: mail.subject) == "after"


def test_a_line_that_can_be_no_field_ends_the_header_and_starts_the_body():
    for line in ("no colon here", "two words: no", ": nothing before", "höchst: seltsam", "--dashes", "A\x7fB: x"):
        data = header("Subject: s", line, "To: not a field")
        found = each_way(data, lambda mail: (mail.subject, mail.to, mail.text(), mail.guessed))
        assert found == ("s", "", line + "\r\nTo: not a field\r\n\r\n", True), found


def test_a_long_line_that_can_be_no_field_starts_the_body():
    line = "x" * 700
    assert each_way(header("Subject: s", line), lambda mail: mail.text()) == line + "\r\n\r\n"


def test_a_line_that_continues_nothing_starts_the_body():
    assert each_way(b"  text\r\nSubject: no\r\n\r\n", lambda mail: (mail.subject, mail.text())) == (
        "",
        "  text\r\nSubject: no\r\n\r\n",
    )


def test_a_line_of_blanks_at_the_start_is_an_empty_header():
    assert each_way(b" \r\nSubject: no\r\n", lambda mail: (mail.subject, mail.text())) == ("", "Subject: no\r\n")


def test_an_mbox_line_at_the_start_is_passed_over():
    data = header("From mrose@example.org Mon Apr 21 09:30:00 2025", "Subject: s")
    assert each_way(data, lambda mail: (mail.subject, mail.sender)) == ("s", "")


def test_a_mail_may_end_in_its_header():
    for data in (b"", b"\r\n", b"Subject: s", b"Subject: s\r\n", b"Subject: s\r\n\r\n", b"Subj", b"Subject"):
        found = each_way(data, lambda mail: (mail.subject, mail.text()))
        assert found in (("", ""), ("s", ""), ("", data.decode())), found
    assert read(b"Subject: s").subject == "s"


# -- encoded words


def test_a_word_of_each_kind():
    assert subject("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=") == "Grüße"
    assert subject("Subject: =?UTF-8?B?R3LDvMOfZQ==?=") == "Grüße"
    assert subject("Subject: =?iso-8859-1?Q?Gr=FC=DFe_an_alle?=") == "Grüße an alle"
    assert subject("Subject: =?koi8-r?B?8NLJ18XU?=") == "Привет"
    assert subject("Subject: =?us-ascii*en?q?tagged?=") == "tagged"


def test_text_around_words_stays():
    assert subject("Subject: Re: =?utf-8?q?=C3=BC?= (2) =?utf-8?q?b?= end") == "Re: ü (2) b end"


def test_words_side_by_side_are_joined_before_they_are_decoded():
    assert subject("Subject: =?UTF-8?Q?Ko=C5?=", " =?UTF-8?Q?=A1ice?=") == "Košice"
    assert subject("Subject: =?utf-8?B?U3RyYcM=?=", " =?utf-8?B?n2U=?=") == "Straße"


def test_blanks_between_words_go_whatever_their_charset():
    assert subject("Subject: =?utf-8?q?a?= \t =?iso-8859-1?q?=FC?=", "  =?utf-8?b?Yg==?=") == "aüb"


def test_words_that_are_glued_together_or_to_text():
    assert subject("Subject: =?utf-8?q?a?==?utf-8?q?b?=") == "ab"
    assert subject("Subject: x=?utf-8?q?a?=y") == "xay"


def test_blanks_inside_a_q_word():
    assert subject("Subject: =?utf-8?q?Rechnung f=C3=BCr Mai?=") == "Rechnung für Mai"
    assert subject("Subject: =?utf-8?q?Rechnung", " f=C3=BCr Mai?=") == "Rechnung für Mai"


def test_a_word_that_tells_its_language():
    assert subject("Subject: =?koi8-r*ru?q?=F0?=") == "П"
    assert subject("Subject: =?ISO-8859-2*PL?B?sQ==?= =?iso-8859-2*?q?=EA?=") == "ąę"


def test_base64_words_without_padding():
    assert subject("Subject: =?utf-8?B?SGFsbG8gV2VsdCE?=") == "Hallo Welt!"


def test_an_empty_word():
    assert subject("Subject: a =?utf-8?Q??= b") == "a  b"
    assert subject("Subject: =?utf-8?B??=") == ""


def test_words_in_quotes():
    assert subject('Subject: "=?utf-8?q?a=C3=BC?="') == '"aü"'
    mail = read(header('From: "=?utf-8?q?J=C3=BCrgen_Gro=C3=9F?=" <j@example.org>'))
    assert (mail.sender, mail.address) == ("Jürgen Groß", "j@example.org")


def test_iso_2022_jp_words_each_end_in_ascii():
    japanese = header("Subject: =?ISO-2022-JP?B?GyRCRnwbKEI=?=", " =?ISO-2022-JP?B?GyRCS1wbKEI=?= ok")
    assert len(read(japanese).subject) == 5  # two characters, known or not, and " ok"


def test_what_is_no_word_stays_as_it_is():
    for text in ("=?", "=?utf-8?", "=?utf-8?x?abc?=", "=?utf-8?q?abc", "=?u 8?q?abc?=", "a =? b ?= c", "=?=?=?="):
        assert subject("Subject: " + text) == text


def test_bad_escapes_in_a_word_stay():
    assert subject("Subject: =?utf-8?q?=ZZ=4=41==?=") == "=ZZ=4A=="


def test_letters_as_they_are():
    assert subject("Subject: Grüße, Привет, 日本") == "Grüße, Привет, 日本"


def test_other_octets_are_a_letter_each():
    assert subject(b"Subject: Gr\xfc\xdfe \x93ok\x94") == "Grüße “ok”"


def test_an_unknown_charset_in_a_word():
    assert subject("Subject: =?x-unknown?q?Gr=C3=BC=C3=9Fe?=") == "Grüße"
    assert subject("Subject: =?x-unknown?q?Gr=FC=DFe?=") == "Grüße"
    assert subject("Subject: =??q?Gr=FC=DFe?=") == "Grüße"


def test_no_field_is_lost_because_of_another():
    data = lines(b"From: \xff\xfe =?utf-8?b?/////?= <", b"To: \x00\x01", b"X-\xff: y", b"Subject: s", b"")
    assert read(data[: data.find(b"X-")] + b"Subject: s\r\n\r\n").subject == "s"


def test_half_a_letter_at_the_end_of_a_field():
    for count in range(250, 256):
        assert subject("Subject: =?utf-8?q?%s=C3?=" % ("a" * count)) == "a" * count + "\ufffd", count


def test_control_characters_become_blanks():
    assert subject("Subject: =?utf-8?q?a=0D=0ABcc:_x=00=1B[2J=7F?=") == "a  Bcc: x  [2J"
    assert subject("Subject: a\u0080b\u009b2J\u0085c\u2028d\u2029e\xa0f\u2027g") == "a b 2J c d e\xa0f\u2027g"
    mail = read(header("Content-Disposition: attachment; filename*=utf-8''a%C2%9Bb%E2%80%A8c"))
    assert next(mail).filename == "a b c"
    assert subject("Subject: a" + "\u0085" * 254 + "bc") == "a" + " " * 254 + "b"  # and no text is longer for it


# -- the sender


def sender(line):
    mail = read(header(line))
    return mail.sender, mail.address


def test_forms_of_a_sender():
    assert sender("From: rose@example.org") == ("rose@example.org", "rose@example.org")
    assert sender("From: <rose@example.org>") == ("rose@example.org", "rose@example.org")
    assert sender('From: "Rose, Mary" <rose@example.org>') == ("Rose, Mary", "rose@example.org")
    assert sender("From: rose@example.org (Mary Rose)") == ("Mary Rose", "rose@example.org")
    assert sender("From: Mary (the first) Rose <rose@example.org>") == ("Mary  Rose", "rose@example.org")
    assert sender('From: "Mary \\"M\\" Rose" <rose@example.org>') == ('Mary "M" Rose', "rose@example.org")
    assert sender("From: <@relay,@other:rose@example.org>") == ("rose@example.org", "rose@example.org")
    assert sender('From: "Ada\\!')[0] == sender('From: "Ada\\!"')[0] == "Ada!"
    assert sender("From:") == ("", "")


def test_a_sender_of_which_all_is_encoded_can_be_read():
    word = "=?utf-8?b?Wm/DqyA8ekBleGFtcGxlLm9yZz4=?="  # Zoë <z@example.org>: no address, as it is encoded
    assert sender("From: " + word) == ("Zoë <z@example.org>", word)
    assert sender(f"From: {word} (Zoë)")[1] == word
    assert sender("From: =?utf-8?q?a?=@example.org")[0] == "=?utf-8?q?a?=@example.org"


def test_of_several_senders_the_first():
    assert sender("From: Rose <r@example.org>, Boss <boss@example.org>") == ("Rose", "r@example.org")
    assert sender("From: r@example.org, Boss <boss@example.org>") == ("r@example.org", "r@example.org")


def test_the_address_is_the_one_in_the_raw_angles():
    assert sender("From: =?utf-8?q?=22Boss=22_=3Cboss@x=3E?= <thief@y>") == ('"Boss" <boss@x>', "thief@y")
    assert sender('From: "Boss <boss@x>" <thief@y>') == ("Boss <boss@x>", "thief@y")
    assert sender("From: Boss (<boss@x>) <thief@y>") == ("Boss", "thief@y")
    assert sender("From: boss@x <thief@y>") == ("boss@x", "thief@y")
    assert sender("From: Boss <=?utf-8?q?boss=40x?=>")[1] != "boss@x"


def test_a_sender_whose_quotes_never_end():
    assert sender('From: "Rose <rose@example.org>')[1] == "rose@example.org"
    assert sender("From: (Rose <rose@example.org>")[1] == "rose@example.org"
    assert sender("From: Rose <rose@example.org")[1] == "rose@example.org"


# -- the date


def time(text):
    return read(header("Date: " + text)).time


def test_dates_in_utc():
    assert time("Mon, 21 Apr 2025 09:30:05 +0200") == (2025, 4, 21, 7, 30, 5)
    assert time("21 Apr 2025 09:30 -0530") == (2025, 4, 21, 15, 0, 0)
    assert time("Thu, 1 Jan 2026 00:30:00 +0100") == (2025, 12, 31, 23, 30, 0)
    assert time("Wed, 31 Dec 2025 23:30:00 -0100") == (2026, 1, 1, 0, 30, 0)
    assert time("Thu, 29 Feb 2024 23:59:60 GMT") == (2024, 2, 29, 23, 59, 60)
    assert time("28 Feb 2023 23:00:00 -0200") == (2023, 3, 1, 1, 0, 0)


def test_dates_as_old_and_odd_programs_write_them():
    assert time("Fri, 5 Nov 99 10:00:00 EST") == (1999, 11, 5, 15, 0, 0)
    assert time("5 Nov 04 10:00:00 PDT") == (2004, 11, 5, 17, 0, 0)
    assert time("Mon Apr 21 09:30:00 2025") == (2025, 4, 21, 9, 30, 0)
    assert time("21-Apr-2025 09:30:00 (in May?) +0000 (UTC)") == (2025, 4, 21, 9, 30, 0)
    assert time("21-Apr-2025 09:30:00 (in May?) +0200 (or so)") == (2025, 4, 21, 7, 30, 0)
    assert time("21 (a day) Apr 2025 (a year) 09:30:00") == (2025, 4, 21, 9, 30, 0)
    assert time("21 April 2025 09:30:00 +02:00") == (2025, 4, 21, 7, 30, 0)
    assert time("21 Apr 2025 09:30:00 XYZ") == (2025, 4, 21, 9, 30, 0)


def test_each_month_has_its_days():
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    for i in range(12):
        assert time(f"1 {names[i]} 2025 10:00:00") == (2025, i + 1, 1, 10, 0, 0)
        assert time(f"{lengths[i]} {names[i]} 2025 10:00:00") == (2025, i + 1, lengths[i], 10, 0, 0)
        assert time(f"{lengths[i] + 1} {names[i]} 2025 10:00:00") is None
        following = (2026, 1, 1, 0) if i == 11 else (2025, i + 2, 1, 0)
        assert time(f"{lengths[i]} {names[i]} 2025 23:00:00 -0100")[:4] == following
        before = (2024, 12, 31, 23) if i == 0 else (2025, i, lengths[i - 1], 23)
        assert time(f"1 {names[i]} 2025 00:59:59 +0100")[:4] == before
    for year, leap in ((2024, True), (2023, False), (2000, True), (1900, False), (2100, False), (2400, True)):
        assert (time(f"29 Feb {year} 10:00:00") is not None) == leap, year


def test_years_of_two_and_three_digits():
    for year, right in (("49", 2049), ("50", 1950), ("99", 1999), ("00", 2000), ("103", 2003), ("100", 2000)):
        assert time(f"5 Nov {year} 10:00:00") == (right, 11, 5, 10, 0, 0), year
    assert time("Nov 103 5 10:00:00") == (2003, 11, 5, 10, 0, 0)
    assert time("2025-Nov-05 10:00:00") == (2025, 11, 5, 10, 0, 0)


def test_zones():
    known = "EDT 4 EST 5 CDT 5 CST 6 MDT 6 MST 7 PDT 7 PST 8 GMT 0 UT 0 Z 0 DT 0 ST 0 E 0"
    numbers = "-0000 0 -0400 4 -4 4 -04 4 -04:00 4 +2400 0 -2400 0 +9999 0"
    words = (known + " " + numbers).split()
    for i in range(0, len(words), 2):
        name, hours = words[i], int(words[i + 1])
        assert time("5 Nov 2025 10:30:15 " + name) == (2025, 11, 5, 10 + hours, 30, 15), name
    assert time("5 Nov 2025 10:30:15 +2359") == (2025, 11, 4, 10, 31, 15)
    assert time("5 Nov 2025 10:30:15 -2359") == (2025, 11, 6, 10, 29, 15)


def test_the_first_and_the_last_of_a_day():
    for clock, right in (
        ("00:00:00", (0, 0, 0)),
        ("23:59:59", (23, 59, 59)),
        ("0:0", (0, 0, 0)),
        ("23:59", (23, 59, 0)),
    ):
        assert time("5 Nov 2025 " + clock)[3:] == right, clock
    for clock in ("24:00:00", "23:60:00", "23:59:61", "-1:00:00", "10", "10:"):
        assert time("5 Nov 2025 " + clock) is None, clock


def test_what_is_no_date():
    for text in (
        "",
        "yesterday",
        "31 Feb 2025 10:00:00 +0000",
        "1 Jan 2025",
        "1 Jan 2025 25:00:00",
        "1 Foo 2025 10:00:00",
        "1 Jan 2025 10:xx:00",
        "1 Jan 2025 10:00:00:00",
        "(((",
        "1 Jan 2025 10:00 +",
        "99 99 99 99:99",
        "0 Jan 2025 10:00:00",
        "012 Jan 2025 10:00:00",
        "1 Ja 2025 10:00:00",
        "1 anf 2025 10:00:00",
    ):
        assert time(text) is None, text
