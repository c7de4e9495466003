"""What servers really send: where the search for worse begins. ``seeds()`` runs on a board too."""

from host_tests.fuzz.targets import packed

GREETING = b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
OK = b"+OK\r\n"
MAIL = b"+OK 120 octets\r\nSubject: x\r\n\r\n..\r\n...\r\nbody\r\n.x\r\n.\r\n"
SERVER_FIRST = b"r=%r3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"


def seeds():
    """A list of data for ``targets.run``."""
    uidl = b"+OK\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\r\n.\r\n"
    capa = b"+OK\r\nTOP\r\nSASL PLAIN SCRAM-SHA-256\r\nEXPIRE 60\r\nLOGIN-DELAY 900\r\nPIPELINING\r\n"
    capa += b"IMPLEMENTATION A b\r\n.\r\n"
    stat = b"+OK 2 320\r\n"
    refused = b"-ERR [IN-USE] locked\r\n"
    listed = b"+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"
    return [
        packed("greeting", [GREETING]),
        packed("greeting", [b"-ERR [SYS/TEMP] later\r\n"]),
        packed("numbers", [GREETING, stat, b"+OK 1 120\r\n", b"+OK 1 abc\r\n", OK, OK, OK]),
        packed("lists", [GREETING, listed, uidl]),
        packed("bodies", [GREETING, MAIL, MAIL], 1, 1, 0),
        packed("bodies", [GREETING, b"+OK\n.\n", b"+OK\r\n" + b"x" * 200 + b"\n..\n.\n"], 0, 2, 62),
        packed("readinto", [GREETING, MAIL], 0, 0, 6),
        packed("abandoned", [GREETING, MAIL * 3, OK], 0, 0, 30),
        packed("capabilities", [GREETING, capa]),
        packed("check", [GREETING, stat, uidl]),
        packed("many", [GREETING, MAIL, MAIL, refused, OK, refused], 5, 2),
        packed("languages", [GREETING, b"+OK\r\nen English\r\nde Deutsch\r\n.\r\n"]),
        packed("login", [GREETING, capa, OK, OK]),
        packed("USER", [GREETING, OK, refused]),
        packed("USER", [GREETING, OK, b"-ERR [AUTH] no tanstaaf\r\n"]),
        packed("APOP", [GREETING, b"+OK maildrop has 1 message\r\n"]),
        packed("PLAIN", [GREETING, b"+ \r\n", OK]),
        packed("LOGIN", [GREETING, b"VXNlcm5hbWU6", b"UGFzc3dvcmQ6", OK]),
        packed("CRAM-MD5", [GREETING, b"<1896.697170952@postoffice.reston.mci.net>", OK]),
        packed("SCRAM-SHA-256", [GREETING, b"+ \r\n", SERVER_FIRST, b"v=" + b"A" * 43 + b"=", OK]),
        packed("SCRAM-SHA-256", [GREETING, b"+ \r\n", SERVER_FIRST, b"e=invalid-proof", b"-ERR [AUTH]\r\n"]),
        packed("XOAUTH2", [GREETING, b"+ \r\n", b'{"status":"401"}', b"-ERR [AUTH] refused\r\n"]),
        packed("OAUTHBEARER", [GREETING, b'{"status":"invalid_token"}', b"-ERR [AUTH] refused\r\n"]),
    ]
