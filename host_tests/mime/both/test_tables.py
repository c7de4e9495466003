"""Charsets that are read with a table in a file, a few octets at a time."""

import os

from micropop import mime

from host_tests.mime.both.helpers import each_way, header, lines, multipart, part, read


def text(charset, body):
    """The text of a part where the tables are there, however the mail is cut."""
    mime.folders.append(os.getenv("MIME_TABLES"))
    try:
        data = lines("Content-Type: text/plain; charset=" + charset, "") + body
        return each_way(data, lambda mail: next(mail).text(), (1, 3, 64))
    finally:
        mime.folders.pop()


def test_chinese():
    for charset in ("gb2312", "GBK", "gb18030", "x-gbk", "cp936"):
        assert text(charset, b"a\xc4\xe3\xba\xc3\xa3\xac\r\n") == "a你好，\r\n", charset
    assert text("gb18030", b"\x94\x39\xda\x33\x81\x30\x81\x30") == "\U0001f4a9\ufffd"  # of fours only those computed
    for charset in ("big5", "Big5-HKSCS", "cp950"):
        assert text(charset, b"\xa7A\xa6n") == "你好", charset


def test_korean():
    for charset in ("euc-kr", "ks_c_5601-1987", "cp949", "KSC5601"):
        assert text(charset, b"\xbe\xc8\xb3\xe7 \x81A") == "안녕 갂", charset


def test_japanese():
    for charset in ("shift_jis", "Shift-JIS", "x-sjis", "cp932", "windows-31j"):
        assert text(charset, b"\x93\xfa\x96{\xb1\x87@\x5c") == "日本ｱ①\\", charset
    assert text("euc-jp", b"\xc6\xfc\xcb\xdc\x8e\xb1 \x8f\xb0\xa1.") == "日本ｱ \ufffd."
    assert text("iso-2022-jp", b"\x1b$(DF|K\\\x1b(B") == "\ufffd\ufffd"  # JIS X 0212, not the same place of 0208
    assert text("iso-2022-jp", b"\x1b$BF|K\\\x1b(B ok \x1b(J\\\x1b(I1\x1b$@F|\r\nF|") == "日本 ok \\ｱ日\r\nF|"


def test_pairs_that_stand_for_nothing():
    assert text("gbk", b"\x80\xff\xfe\xffa\xc4\x7f") == "\ufffd\ufffd\ufffda\ufffd\x7f"
    assert text("big5", b"\xff\xa1\x00\xfeA") == "\ufffd\ufffd\x00\ufffdA"
    assert text("shift_jis", b"\x80\xa0\xfd\x81\x00\x85A") == "\ufffd\ufffd\ufffd\ufffd\x00\ufffdA"
    for charset, pair in (("big5", b"\xa4\x80"), ("shift_jis", b"\x85\xa0"), ("euc-jp", b"\xa9\xa1")):
        assert text(charset, pair + b"z") == "\ufffdz", charset


def test_a_charset_of_one_octet_by_a_file():
    assert text("iso-8859-8", b"\xe0") == "א"


def test_words_and_names():
    mime.folders.append(os.getenv("MIME_TABLES"))
    try:
        mail = read(header("Subject: =?ISO-2022-JP?B?GyRCRnwbKEI=?=", " =?ISO-2022-JP?B?GyRCS1wbKEI=?= ok"))
        assert mail.subject == "日本 ok"
        assert read(header("Subject: =?gb2312?B?xOM=?= =?gb2312?B?usM=?=")).subject == "你好"
        assert read(header("Subject: =?gb2312?B?xA==?= =?gb2312?B?47rD?=")).subject == "你好"  # cut in a character
        data = multipart(part("x", "Content-Disposition: attachment; filename*=big5''%A7A.txt"))
        assert next(read(data)).filename == "你.txt"
    finally:
        mime.folders.pop()


def test_files_that_are_no_tables():
    for content in (b"", b"MPT", b"MPT1\x00", b"MPT2" + bytes(100)):
        with open("gbk.tab", "wb") as file:
            file.write(content)
        mime.folders.append(".")
        try:
            each = next(read(lines("Content-Type: text/plain; charset=gbk", "") + b"a\xc4\xe3"))
            assert each.text() == "a\ufffd"
        finally:
            mime.folders.pop()
            os.remove("gbk.tab")


def test_a_table_that_is_cut_off():
    with open("gbk.tab", "wb") as file:
        file.write(b"MPT1\x81\xfe\x40\xfe")
    mime.folders.append(".")
    try:
        each = next(read(lines("Content-Type: text/plain; charset=gbk", "") + b"a\xc4\xe3"))
        assert each.text() == "a\ufffd" and each.guessed
    finally:
        mime.folders.pop()
        os.remove("gbk.tab")
