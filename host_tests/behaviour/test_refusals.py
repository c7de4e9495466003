"""What a refusal means where it has no response code, and that nothing secret of it is shown."""

from binascii import b2a_base64, hexlify

import micropop
from micropop.errors.problems import problem

from host_tests.behaviour.talking import Talking, raises

LAYERS = ["waiting"]  # what words mean is the same over all

# to PASS: each has its kind, and the seconds to rest
LATER = (
    # RFC 1939 section 7 itself
    ("InUse", 60, "maildrop already locked"),
    ("InUse", 60, "unable to lock maildrop"),
    # servers of all kinds
    ("InUse", 60, "Your mailbox is already locked"),
    ("InUse", 60, "The maildrop is locked, please try later"),
    ("InUse", 60, "Mailbox is locked by another POP3 session."),
    ("InUse", 60, "/var/spool/.mrose.pop lock busy!  Is another session active? (11)"),
    ("InUse", 60, "mailbox already in use by pid 12345"),
    ("InUse", 60, "That mailbox is locked (in use)"),
    ("InUse", 60, "Can't get lock"),
    ("InUse", 60, "Locked."),
    ("InUse", 60, "duplicate login!"),
    ("InUse", 60, "Another user is already logged into that mailbox"),
    ("InUse", 60, "user mrose is already connected"),
    ("InUse", 60, "There is already a POP session for this user"),
    ("InUse", 60, "Only one POP3 connection is allowed"),
    ("InUse", 60, "maildrop is busy"),
    ("InUse", 600, "mailbox in use, try again in 10 minutes"),
    ("LoginDelay", 300, "too many connections from your address"),
    ("LoginDelay", 60, "Too many login attempts, please wait 60 seconds"),
    ("LoginDelay", 900, "Account locked out: too many failed logins, try again in 15 minutes"),
    ("LoginDelay", 300, "login too frequent, try again later"),
    ("LoginDelay", 300, "You are checking mail too often"),
    ("LoginDelay", 300, "Maximum connection limit reached for 192.0.2.1"),
    ("LoginDelay", 300, "minimum time between mail checks violation"),
    ("LoginDelay", 900, "Exceeded the login limit for a 15 minute period. Reduce the frequency of requests."),
    ("LoginDelay", 3600, "Too many logins, come back in 24 hours"),
    ("TemporaryFailure", 60, "Server Unavailable. 21"),
    ("TemporaryFailure", 60, "Busy - please try later"),
    ("TemporaryFailure", 60, "Temporary authentication failure."),
    ("TemporaryFailure", 60, "Authentication server error, please try again later"),
    ("TemporaryFailure", 60, "Service not available, closing"),
    ("TemporaryFailure", 60, "Mail server is shutting down"),
    ("TemporaryFailure", 60, "the mailbox is under maintenance"),
    ("TemporaryFailure", 60, "Unable to open mailbox"),
    ("TemporaryFailure", 60, "Come back later."),
    ("TemporaryFailure", 60, "please wait a moment"),
    ("TemporaryFailure", 120, "account temporarily disabled, retry in 2 minutes"),
    # with a code that RFC 2449 does not know
    ("InUse", 60, "[INUSE] x"),
    ("TemporaryFailure", 60, "[UNAVAILABLE] x"),
    ("TemporaryFailure", 60, "[X-FOO] server is overloaded"),
    # other languages, with and without their accents
    ("LoginDelay", 900, "Login zu h\xe4ufig: bitte warten Sie 15 Minuten"),
    ("TemporaryFailure", 60, "Bitte versuchen Sie es sp\xe4ter"),
    ("TemporaryFailure", 60, "Der Dienst ist voruebergehend nicht da"),
    ("InUse", 60, "Postfach f\xfcr Sie gesperrt"),
    ("InUse", 60, "bo\xeete d\xe9j\xe0 utilis\xe9e"),
    ("InUse", 60, "Votre boite est deja ouverte"),
    ("TemporaryFailure", 60, "service indisponible, r\xe9essayez plus tard"),
    ("LoginDelay", 300, "demasiadas conexiones"),
    ("TemporaryFailure", 60, "int\xe9ntelo m\xe1s tarde"),
    ("InUse", 60, "casella in uso"),
    ("TemporaryFailure", 60, "tente mais tarde"),
    ("LoginDelay", 300, "te veel verbindingen"),
    ("TemporaryFailure", 60, "\u043f\u043e\u0432\u0442\u043e\u0440\u0438\u0442\u0435 \u043f\u043e\u0437\u0436\u0435"),
    ("LoginDelay", 300, "\u767b\u5f55\u592a\u9891\u7e41"),
    ("TemporaryFailure", 60, "\u7cfb\u7edf\u7e41\u5fd9\uff0c\u8bf7\u7a0d\u540e\u518d\u8bd5"),
    ("InUse", 60, "\u91cd\u590d\u767b\u5f55"),
)

# that in GBK, which MicroPython has no codec for
LATER_IN_GBK = (
    ("LoginDelay", b"\xb5\xc7\xc2\xbc\xcc\xab\xc6\xb5\xb7\xb1"),
    ("TemporaryFailure", b"\xcf\xb5\xcd\xb3\xb7\xb1\xc3\xa6"),
    ("InUse", b"\xd6\xd8\xb8\xb4\xb5\xc7\xc2\xbc"),
)

# to PASS: name or password, or what nothing but a person can mend
NEVER = (
    "",
    "no",
    "invalid password",
    "invalid password, please try again later",
    "Wrong password. Wait a minute, then try again.",
    "bad login",
    "Login incorrect, try again later",
    "Authentication failed.",
    "Authentication failed, please try again.",
    "Authentication failed, please try again later.",
    "Authentication failure: unknown user name or bad password.",
    "Logon failure: unknown user name or bad password.",
    "login failure or POP3 disabled, try later",
    "Invalid user name or password. Too many invalid logon attempts.",
    "(#AUTH012) Incorrect username or password.",
    "Username and password not accepted, retry later",
    'Password supplied for "mrose" is incorrect.',
    "Unable to log on",
    "no such user",
    "user lockwood unknown",
    "user waits@example.org not found, busybody",
    "sorry, no mailbox for mrose here",
    "account is locked",
    "user is locked!",
    "Your account has been locked, contact support",
    "Your IP address is blocked",
    "POP3 is not available for this account",
    "too many arguments for PASS",
    "[AUTH] mailbox is locked",
    "[AUTH] try again later",
    # QQ lists all that it may be
    "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system"
    " is busy.",
    "Das Passwort ist falsch, versuchen Sie es sp\xe4ter noch einmal",
    "mot de passe incorrect, r\xe9essayez plus tard",
    "contrase\xf1a incorrecta, int\xe9ntelo m\xe1s tarde",
    "\u5bc6\u7801\u9519\u8bef\uff0c\u8bf7\u7a0d\u540e\u518d\u8bd5",
)

# to a command behind the login: those of a mail that is not to be had
OF_A_MAIL = (
    "no such message",
    "message 3 already deleted",
    "This message was deleted by another client",
    "message not available",
    "Download exceed",
    "unknown command",
    "command unavailable",
    "please use a later version",
)


def spelt(text):
    """In each of the encodings that servers use for it."""
    found = [text.encode()]
    if len(found[0]) > len(text) and max(text) < "\u0100":
        found.append(bytes([ord(c) for c in text]))
    return found


def said(octets, login=True):
    return problem("reply", b"-ERR " + octets, "tanstaaf", login)


def test_words_that_mean_later_are_no_wrong_password():
    for name, rest, words in LATER:
        for octets in spelt(words):
            for login in (True, False):
                error = said(octets, login)
                assert type(error) is getattr(micropop, name), (octets, error)
                assert error.retry and not error.fatal and error.retry_after == rest, (octets, error.retry_after)
    for name, octets in LATER_IN_GBK:
        assert type(said(octets)) is getattr(micropop, name), octets


def test_words_about_the_password_are_no_reason_to_try_again():
    for words in NEVER:
        for octets in spelt(words):
            error = said(octets)
            assert type(error) is micropop.AuthenticationError, (octets, error)
            assert not error.retry and error.retry_after is None


def test_refusals_of_a_mail_are_no_reason_to_try_again():
    for words in OF_A_MAIL:
        assert type(said(words.encode(), False)) is micropop.ServerError, words


def test_the_code_is_believed_before_the_words():
    for code, name in (
        ("IN-USE", "InUse"),
        ("LOGIN-DELAY", "LoginDelay"),
        ("SYS/TEMP", "TemporaryFailure"),
        ("SYS/TEMP/DISK", "TemporaryFailure"),
        ("SYS/PERM", "PermanentFailure"),
        ("AUTH", "AuthenticationError"),
    ):
        for words in ("invalid password", "too many connections, try again later", ""):
            assert type(said(("[%s] %s" % (code, words)).encode())) is getattr(micropop, name), (code, words)


def test_a_mailbox_that_is_busy_does_not_have_other_methods_tried():
    turns = (
        (b"CAPA\r\n", b"+OK\r\nUSER\r\nSASL CRAM-MD5 PLAIN\r\n.\r\n"),
        (b"AUTH CRAM-MD5\r\n", b"+ PDFAYj4=\r\n"),
        (lambda line: b"-ERR maildrop already locked\r\n",),
    )
    with Talking(*turns, logged_in=False) as talk, talk.connect() as client:
        raises(micropop.InUse, client.login, "mrose", "tanstaaf", cleartext=True)


def test_signs_behind_err():
    for octets, code, text in (
        (b"-ERR", "", ""),
        (b"-err\t", "", ""),
        (b"-ERR \r", "", ""),
        (b"-ERR: no", "", "no"),
        (b"-ERR, no", "", "no"),
        (b"-ERR[AUTH] no", "AUTH", "no"),
        (b"-ERR[AUTH]no\r", "AUTH", "no"),
        (b"-ERR: [auth]: no", "AUTH", "no"),
        (b"-ERR [ SYS/PERM ] no", "SYS/PERM", "no"),
        (b"-ERR! no", "", "! no"),
        (b"-ERR\xe5\xaf\x86", "", "\u5bc6"),
    ):
        error = problem("reply", octets, None, True)
        assert isinstance(error, micropop.ServerError), octets
        assert (error.code, error.text) == (code, text), (octets, error.code, error.text)
    for octets in (b"-ERROR", b"-ERR2 no", b"-ER", b"", b"ERR no", b"+", b"220 smtp"):
        error = problem("reply", octets, None, True)
        assert type(error) is micropop.ProtocolError and error.fatal, octets


def test_a_refusal_without_words_has_some():
    for octets in (b"-ERR", b"-ERR ", b"-ERR [SYS/PERM]"):
        assert "no reason" in str(problem("reply", octets, None, False))


def test_words_in_any_alphabet_can_be_read():
    for octets, text in (
        (b"caf\xc3\xa9", "caf\xe9"),
        (b"caf\xe9", "caf\xe9"),
        (b"\xb5\xc7\xc2\xbc", "\xb5\xc7\xc2\xbc"),
        (b"\x81\x40 \x9f", "\\x81@ \\x9f"),
        ("\u767b\u5f55 \u2013 \U0001f512".encode(), "\u767b\u5f55 \u2013 \U0001f512"),
        (b"\x1b[31m\0\x7f\t.", "?[31m???."),
        ("\x9b31m".encode(), "?31m"),
        ("a\u2028b\u202ec\u2066d".encode(), "a?b?c?d"),
        (b"\xc3", "\xc3"),
    ):
        assert said(octets).text == text, (octets, said(octets).text)
        assert problem("line", octets, None).args[0].find(text) > 0


def shown(secret, octets, login=False):
    """All that an exception tells of a reply."""
    told = ""
    for head in (b"-ERR ", b"-ERR [SYS/TEMP] ", b"-ERR [X", b"", b"-ERR \xff"):
        error = problem("reply", head + octets, secret, login)
        told += "%s %r %s %s\n" % (error, error, getattr(error, "text", ""), getattr(error, "code", ""))
    return told


def coded(octets):
    return b2a_base64(octets)[:-1]


SECRETS = (
    "tanstaaf",
    b"tanstaaf",
    bytearray(b"tanstaaf"),
    "x9!",
    "??>?>?~~",
    "two words",
    "p\xe4ssw\xf6rd",
    "gr\xf6\xdfe17",
    "\u043f\u0430\u0440\u043e\u043b\u044c\u0451",
    "\u0142\xf3d\u017a\u017c\xf3\u0142\u0107",
    "\u5bc6\u7801\u5bc6\u7801",
)


def test_no_form_of_a_secret_is_shown():
    for secret in SECRETS:
        text = secret if isinstance(secret, str) else bytes(secret).decode()
        for form in (text, capitals(text), text[:7], capitals(text)[:7]):
            for octets in spelt(form):
                for around in (octets, b"mrose/" + octets, b"the words: " + octets + b".", octets + octets):
                    told = shown(secret, around)
                    assert form.lower() not in told.lower(), (secret, around)
                    assert form != text or "".join([chr(c) for c in octets]) not in told, (secret, around)


def test_no_code_of_a_secret_is_shown():
    for secret in SECRETS:
        for octets in spelt(secret if isinstance(secret, str) else bytes(secret).decode()):
            for lead in (b"", b"\0mrose\0", b"mrose\0", b"\0you\0"):  # all three ways to lie in groups of three
                whole = coded(lead + octets).rstrip(b"=")
                known = whole[(len(lead) * 8 + 5) // 6 : (len(lead) + len(octets)) * 8 // 6]
                assert len(known) > 2
                for_links = whole.replace(b"+", b"-").replace(b"/", b"_")
                assert known.replace(b"+", b"-").replace(b"/", b"_").decode() not in shown(secret, for_links)
                for around in (whole, b"it was " + whole + b"==.", known, whole + b" " + whole):
                    for given in (around, around.upper(), around.lower()):
                        told = shown(secret, given).lower()
                        assert known.decode().lower() not in told, (secret, given)
            for given in (hexlify(octets), hexlify(octets).upper()):
                assert hexlify(octets).decode() not in shown(secret, given).lower(), (secret, given)


def escaped(text, escape):
    """A text with escapes in place of all but letters and digits of ASCII."""
    made = ""
    for c in text:
        plain = c < "\x80" and (c.isalpha() or c.isdigit())
        made += c if plain else escape(c)
    return made


def octet_by_octet(sign):
    return lambda c: "".join(["%s%02X" % (sign, octet) for octet in c.encode()])


ESCAPES = (
    octet_by_octet("%"),
    octet_by_octet("="),
    lambda c: "+" if c == " " else octet_by_octet("%")(c),
    lambda c: "\\u%04x" % ord(c),
    lambda c: "\\x%02x" % ord(c) if c < "\u0100" else "\\u%04X" % ord(c),
    lambda c: c if c == " " else "\\" + c,
    lambda c: "&#%d;" % ord(c),
    lambda c: "&#X%x;" % ord(c),
    lambda c: {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}.get(c, c),
)


def test_no_escaped_form_of_a_secret_is_shown():
    for secret in ("geh&eim<1>", "p\\q'r\"s/t", "s3cr3t!pass", "100%=sure", "two words", "gr\xf6\xdfe17", "a&", "x9!"):
        for escape in ESCAPES:
            for given in (escaped(secret, escape), escaped(secret.upper(), escape)):
                text = said_of(secret, ("bad login: pass:" + given + "&user=mrose now").encode())
                assert given not in text and text.startswith("bad login: "), (secret, given, text)
    for secret, given in (
        ("p&w 1<2", "p&amp;w 1&lt;2"),
        ('>#~" *', '&gt;#~&quot; *'),
        ("a\U0001f680b", "a\\ud83d\\ude80b"),
        ("Gr\xfc\xdfe & K", "Gr%C3%BC%C3%9Fe %26 K"),
    ):
        assert said_of(secret, (given + " no = 5").encode()) == "*** no = 5", given
        text = said_of(secret, ("no <" + given + "> = 5").encode())
        assert text.endswith("> = 5") or text == "no *** = 5", text
    for words in ("no \\u\t-12", "&#\t-5;", "no \\u -12 x", "&# -5; x", "&#x -5; x", "\\ud83d\\u -12", "&#\xa0-5;"):
        for secret in ("tanstaaf17", "tan staaf17"):
            assert said_of(secret, words.encode()) == words.replace("\t", "?")
    words = "wrong: %s, see https://x.example/%%E2%%82%%AC?uid=%%0d"
    assert said_of("tan staaf17", (words % "tan staaf17").encode()) == words % "***"
    for words in ("100% sure, a=b &c; \\ &#99999999; %zz \\u12", "&#xD800; =\\", "&#-1; %-1 %+1 &"):
        assert said_of("tanstaaf", words.encode()) == words


def test_octets_that_are_no_text_are_not_shown_either():
    secret = b"\xff\xfe\xfdabc"
    for octets in (secret, b"it was " + secret, secret.upper()):
        assert "\xff\xfe\xfda" not in shown(secret, octets).lower()


def capitals(text):
    """In capital letters, also where the interpreter's upper() knows ASCII alone."""
    small = "\xe4\xf6\u0451\u0142\xf3\u017a\u017c\u0107"
    large = "\xc4\xd6\u0401\u0141\xd3\u0179\u017b\u0106"
    found = ""
    for c in text.upper():
        if "\u0430" <= c <= "\u044f":
            found += chr(ord(c) - 32)
        elif c in small:
            found += large[small.find(c)]
        else:
            found += "SS" if c == "\xdf" else c
    return found


def test_a_long_token_is_not_shown():
    token = "eyJhbGciOi" + "abcDEF123-_." * 300
    for octets in (token, token[:40], token.upper(), coded(token.encode()).decode()[:100], token[:6]):
        told = shown(token, ("token " + octets + " expired").encode(), True)
        assert "eyJhbG" not in told and "EYJHBG" not in told and "ZXlKaGJH" not in told


def test_words_stay_words_where_the_secret_is_short():
    assert said_of("a", b"Authentication failed, a is no password") == "Authentication failed, *** is no password"
    assert said_of("1", b"line 10 of 21, 1") == "line 10 of 21, ***"
    assert said_of("+OK", b"bad login") == "bad login"
    assert said_of("use", b"[IN-USE] somebody has it in use") == "somebody has it in ***"
    assert said_of("nothing1", b"no") == "no"
    assert said_of("a", b"") == ""


def said_of(secret, octets):
    return problem("reply", b"-ERR " + octets, secret, True).text


def test_the_code_is_read_before_anything_is_struck_out():
    for secret, octets, name in (
        ("temp", b"[SYS/TEMP] not now", "TemporaryFailure"),
        ("login", b"[LOGIN-DELAY] too soon", "LoginDelay"),
        ("use", b"[IN-USE] somebody reads it", "InUse"),
        ("auth", b"[AUTH] bad", "AuthenticationError"),
        ("perm", b"[SYS/PERM] out of order", "PermanentFailure"),
        ("locked", b"maildrop already locked", "InUse"),
        ("ERR", b"[AUTH] no", "AuthenticationError"),
    ):
        error = problem("reply", b"-ERR " + octets, secret, True)
        assert type(error) is getattr(micropop, name), (secret, error)
        assert error.code == (octets[1 : octets.find(b"]")].decode() if octets[:1] == b"[" else "")
        assert secret not in error.text
    assert problem("reply", b"-ERR [tanstaaf] no", "tanstaaf", True).code == "***"


def test_links_and_words_are_shown():
    for words in (
        "Web login required: https://support.example.org/mail/answer/78754",
        "Donaudampfschiffahr is a long word",
        "three-part-words/and/paths.are.fine",
    ):
        assert said_of("tanstaaf", words.encode()) == words
    assert "***" in said_of("tanstaaf", b"seen: Wm9vbSBpbiBvbiB0aGlzIQ1234")
