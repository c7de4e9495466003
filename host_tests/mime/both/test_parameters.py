"""File names and other parameters of a part's header, however a mail writes them (RFC 2045, 2183, 2231)."""

from micropop.mime.flash_name import flash_name

from host_tests.mime.both.helpers import each_way, header, lines, multipart, part, read


def leaf(*fields):
    """The first part of a mail with these fields."""
    return next(read(header(*fields)))


def filename(*fields):
    """Its file name, however the mail is cut."""
    return each_way(header(*fields), lambda mail: next(mail).filename, (1, 7, 64, 512))


def attached(parameters, *more):
    return filename("Content-Disposition: attachment; " + parameters, *more)


def test_quotes_tokens_and_case():
    assert attached('filename="a.txt"') == "a.txt"
    assert attached("FileName=a.txt") == "a.txt"
    assert attached('size=3;filename="a;b=c.txt" ;x=y') == "a;b=c.txt"
    assert attached('filename = "a.txt"') == "a.txt"
    assert attached("filename=", " a.txt") == "a.txt"


def test_filename_star_then_filename_then_name():
    both = "Content-Disposition: attachment; filename=b.txt; filename*=utf-8''c.txt"
    assert filename("Content-Type: text/plain; name=a.txt", both) == "c.txt"
    assert filename("Content-Type: text/plain; name=a.txt", "Content-Disposition: inline; filename=b.txt") == "b.txt"
    assert filename("Content-Disposition: inline; filename=b.txt", "Content-Type: text/plain; name=a.txt") == "b.txt"
    assert filename("Content-Type: text/plain; name=a.txt", "Content-Disposition: inline") == "a.txt"
    assert filename("Content-Type: text/plain; name*=utf-8''%C3%A4.txt; name=a.txt") == "ä.txt"


def test_rfc_2231_sections_in_any_order():
    found = attached("filename*1=b; filename*2*=%C3%A4.txt;", " filename*0*=utf-8'de'a%20")
    assert found == "a bä.txt"
    many = "; ".join([f"filename*{i}={chr(97 + i)}" for i in range(11, -1, -1)])
    assert attached(many) == "abcdefghijkl"


def test_a_letter_cut_between_sections():
    assert attached("filename*0*=utf-8''K%C3; filename*1*=%BCche.txt") == "Küche.txt"


def test_a_section_without_a_star_is_literal():
    assert attached("filename*0*=utf-8''%41; filename*1=%41.txt") == "A%41.txt"


def test_an_empty_or_a_wrong_charset():
    assert attached("filename*=''%C3%BC.txt") == "ü.txt"
    assert attached("filename*=x-none''%FC.txt") == "ü.txt"
    assert attached("filename*=us-ascii''W%F6lbung.txt") == "Wölbung.txt"
    assert attached("filename*=iso-8859-2''%B1.txt") == "ą.txt"
    assert attached("filename*=plain%20name.txt") == "plain name.txt"


def test_rfc_2231_in_quotes():
    assert attached("filename*=\"utf-8''Caf%C3%A9%20innen.txt\"") == "Café innen.txt"


def test_percent_signs_that_are_none():
    assert attached("filename*=utf-8''100%.txt") == "100%.txt"
    assert attached("filename*=utf-8''%zz%4%41") == "%zz%4A"


def test_encoded_words_in_a_quoted_string():
    found = attached('filename="=?utf-8?B?S8O8Y2hl?=', ' =?utf-8?Q?_gro=C3=9F.png?="')
    assert found == "Küche groß.png"
    assert attached("filename==?utf-8?q?=C3=BC.png?=") == "ü.png"


def test_letters_as_they_are_in_a_file_name():
    assert attached('filename="Küche.png"') == "Küche.png"
    assert filename(b"Content-Disposition: attachment; filename=K\xfcche.png") == "Küche.png"


def test_blanks_without_quotes():
    assert attached("filename=my holiday photo.jpg; size=3") == "my holiday photo.jpg"


def test_a_quoted_string_that_never_ends_ends_with_its_field():
    fields = ('Content-Type: a/b; name="folder\\"', "Content-Disposition: attachment; filename=x.txt")
    found = leaf(*fields)
    assert (found.type, found.filename, found.disposition) == ("a/b", "x.txt", "attachment")
    assert attached('filename="never ends') == "never ends"


def test_escapes_in_a_quoted_string():
    assert attached('filename="a\\"b\\\\c"') == "c"  # a"b\c is a path
    assert attached('filename="C:\\Users\\rose\\a.txt"') == "a.txt"


def test_the_last_component_of_a_path_is_shown():
    assert attached('filename="../../etc/passwd"') == "passwd"
    assert attached('filename="/boot.py"') == "boot.py"
    assert attached('filename="a/b/"') == "b"
    assert attached('filename="folder\\\\"') == "folder\\"
    assert attached("filename*=utf-8''..%2F..%2Fmain.py") == "main.py"


def test_names_that_are_none():
    for name in ("", " ", ".", "..", "/", "../", "a/..", "\\\\.."):
        assert attached('filename="' + name + '"') is None, name
    for name in ("", "%20", "%00", "%09", ".", "..", "%2F", "a%2F..", "%5C.."):
        assert attached("filename*=utf-8''" + name) is None, name
    assert leaf("Content-Type: text/plain").filename is None
    for none in ("filename", "filenamex", "filename x", "xfilename=a", "=a", "filename;=a"):
        assert attached(none) is None, none
    assert attached("filenamex; filename=a") == "a"


def test_control_characters_in_a_name_become_blanks():
    assert attached("filename*=utf-8''a%00b%0D%0Ac%1B.txt") == "a b  c .txt"


def test_names_to_write_to_do_no_harm():
    names = ("boot.py", "main.py", "..", "a/b", "a\\\\b", "Küche groß.png", "x" * 255, "", "a%00b", "code.py", ".x")
    fields = [part("x", f'Content-Disposition: attachment; filename="{name}"') for name in names]
    found = [leaf.flash_name for leaf in read(multipart(*fields), 64)]
    assert len(set(found)) == len(names)
    for name in found:
        assert 2 < len(name) <= 32 and name[0] in "123456789" and name.find("-") > 0, name
        for octet in name.encode():
            assert chr(octet).lower() in "abcdefghijklmnopqrstuvwxyz0123456789.-_", name
    assert found[0] == "1-boot.py" and found[5] == "6-K_che_gro_.png" and found[7] == "8-part"


def test_a_long_name_keeps_its_suffix_to_write_to():
    part = leaf("Content-Disposition: attachment; filename=" + "long" * 20 + ".jpeg")
    assert part.flash_name[-5:] == ".jpeg" and len(part.flash_name) == 32


def test_each_letter_and_sign_of_a_name_to_write_to():
    kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"
    for code in range(1, 256):
        right = chr(code) if chr(code) in kept else "_"
        assert flash_name("7", f"a{chr(code)}b") == f"7-a{right}b", code


def test_the_lengths_of_names_to_write_to():
    for name, right in (
        ("n" * 30, "1-" + "n" * 30),
        ("n" * 31, "1-" + "n" * 30),
        ("n" * 26 + ".txt", "1-" + "n" * 26 + ".txt"),
        ("n" * 27 + ".txt", "1-" + "n" * 26 + ".txt"),
        ("n" * 40 + ".1234567", "1-" + "n" * 22 + ".1234567"),
        ("n" * 40 + ".12345678", "1-" + "n" * 30),
        ("n" * 40 + ".", "1-" + "n" * 29 + "."),
        ("a.b" + "n" * 40 + ".c.d", "1-a.b" + "n" * 25 + ".d"),
        ("a___b", "1-a_b"),
        (None, "1-part"),
    ):
        assert flash_name("1", name) == right, name


def test_a_long_name_is_cut():
    assert attached("filename=" + "n" * 1000) == "n" * 256


def test_types():
    def kind(value):
        return leaf("Content-Type: " + value).type

    assert kind("TEXT/HTML") == "text/html"
    assert kind("text/html; charset=x") == "text/html"
    assert kind("text / html (what it is)") == "text/html"
    assert kind('"text/html"') == "text/html"
    for none in ("", ";", "; name=x", "text", "text/", "/plain", "a/b/c", "charset=utf-8", "()", "=text/html"):
        assert kind(none) == "text/plain", none
    assert leaf("Subject: x").type == "text/plain"
    assert len(kind("a/" + "b" * 500)) == 64


def test_a_type_left_empty_keeps_its_name():
    assert filename('Content-Type: ; name="notes"') == "notes"


def test_dispositions():
    def disposition(*fields):
        return leaf(*fields).disposition

    assert disposition("Content-Disposition: ATTACHMENT; filename=x") == "attachment"
    assert disposition("Content-Disposition: inline") == "inline"
    assert disposition("Content-Disposition: (why) attachment") == "attachment"
    assert disposition("Content-Disposition: filename=x") is None
    assert disposition("Subject: x") is None


def test_charsets_and_ids():
    found = leaf("Content-Type: text/plain; charset=UTF-8", "Content-ID: <image1@x>")
    assert (found.charset, found.id) == ("utf-8", "image1@x")
    found = leaf("Content-Type: text/plain")
    assert (found.charset, found.id) == (None, None)


def test_mime_fields_count_without_mime_version():
    assert leaf("Content-Type: image/png", "MIME-Version: 9").type == "image/png"


def test_of_two_fields_with_one_name_the_first_counts():
    found = leaf("Content-Type: image/png; name=a", "Content-Type: image/gif; name=b")
    assert (found.type, found.filename) == ("image/png", "a")


def test_huge_parameters_are_bounded():
    data = lines("Content-Type: a/b; " + "; ".join([f"p{i}=" + "v" * 50 for i in range(500)]) + "; name=lost", "")
    mail = read(data, 512)
    found = next(mail)
    assert (found.type, found.filename, mail.truncated) == ("a/b", None, True)


def test_fields_with_names_like_those_that_count():
    names = "Description Duration Ide I Zone Typ Types Dispositio Dispositions Transfer-Encodin"
    found = leaf(*["Content-" + name + ": <a/b>; charset=x; filename=y" for name in names.split()])
    assert found.type == "text/plain"
    assert (found.id, found.charset, found.filename, found.disposition) == (None, None, None, None)


def test_a_type_has_any_letters_but_blanks_and_quotes():
    assert next(read(b'Content-Type: !a~/ "b"\x7f (c) d!; x=y\r\n\r\n')).type == "!a~/bd!"
