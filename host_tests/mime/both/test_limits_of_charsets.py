"""Names of charsets that are made to do harm; see ``test_limits.py``."""

import gc

from host_tests.mime.both.helpers import header, lines, multipart, part, read


def charsets(name):
    """Mails, one of which has such a charset in each place."""
    word = f"=?{name}?q?=E4?="
    yield header("Subject: " + word, f"From: {word} <a@b>"), lambda mail: (mail.subject, mail.sender) == ("ä", "ä")
    text = lines(f'Content-Type: text/plain; charset="{name}"', "", b"\xe4")
    yield text, lambda mail: mail.text().strip() == "ä"
    attached = part("", f"Content-Disposition: attachment; filename*={name}''%E4")
    yield multipart(attached, part("behind")), lambda mail: [each.filename for each in mail] == ["ä", None]


def test_names_of_charsets_that_there_are_not_take_no_memory_for_good():
    """An interpreter keeps the name of each module that it was asked for, even of one that is not there."""
    free = None
    for number in range(200):
        for family in ("iso-8859-%d", "latin%d", "cp%d125"):
            for mail, right in charsets(family % (10000 + number)):
                assert right(read(mail, 512)), (family, number)
        if number in (20, 199) and hasattr(gc, "mem_free"):
            gc.collect()
            free = free or gc.mem_free()
            assert free - gc.mem_free() < 1000


def test_a_charset_s_name_of_hundreds_of_letters():
    for family in ("iso8859-", "latin", "windows-", "x"):
        name = family + "1" * 300
        for mail, right in charsets(name):
            gc.collect()
            assert right(read(mail, 512)), name
