"""micropop's poplib and the standard library's do the same program with the same servers: the results are the same.

The original runs on CPython, micropop's there and on the 32-bit MicroPython.
"""

import json
import os
import re
import ssl
import subprocess
import sys
from errno import ECONNRESET, ETIMEDOUT
from pathlib import Path
from typing import Any

import pytest

from boards.tools.mpy import compile_tree
from boards.tools.paths import LIB
from boards.virtual import vm
from host_tests.servers.fixtures import KINDS
from host_tests.servers.maildir import odd_mails, sample_mails, small_mails
from host_tests.servers.scripted import Fault, Scripted

PROGRAM = Path(__file__).with_name("session.py")
HEAP = "8M"  # the longest of the sample mails, whole and in lines
SECONDS = 60
LOGIN = (["user", "mrose"], ["pass_", "tanstaaf"])
INTERPRETERS = ("cpython", "micropython")

both = pytest.mark.parametrize("interpreter", INTERPRETERS)


def run(interpreter: str, server: Any, *steps: Any, module: str = "micropop.poplib", **options: Any) -> list[Any]:
    """What came of the steps, one after the other, until the connection broke.

    :param module: the poplib to use
    :param steps: method names of POP3, each with its arguments
    :param options: host, tls (from the first byte), ca_der, timeout
    """
    job = {
        "module": module,
        "host": options.get("host", server.host),
        "tls": options.get("tls", False),
        "port": server.tls_port if options.get("tls") else server.port,
        "ca_der": str(options.get("ca_der", server.ca_der)),
        "ca_pem": str(server.ca_pem),
        "timeout": options.get("timeout", 20),
        "steps": steps,
    }
    printed = ran(interpreter, PROGRAM, json.dumps(job) + "\n")
    return json.loads(re.sub("SESSIONID=<[^>]*>", "", printed))  # Cyrus's, of which no two are alike


def ran(interpreter: str, program: Path, said: str = "") -> str:
    """What a program prints that ends well.

    :param said: what it reads
    """
    done = subprocess.run(
        vm.find().command(program, heapsize=HEAP) if interpreter == "micropython" else [sys.executable, str(program)],
        env=os.environ | {"MICROPYPATH": str(compile_tree()), "PYTHONPATH": str(LIB)},
        input=said,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def same(server: Any, *steps: Any, **options: Any) -> list[Any]:
    """What all three make of the steps, which must be the same."""
    expected = run("cpython", server, *steps, module="poplib", **options)
    for interpreter in INTERPRETERS:
        assert run(interpreter, server, *steps, **options) == expected, interpreter
    return expected


# -- the same as the original


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_every_mail_of_a_real_server(server):
    count = len(sample_mails())
    mails = [["retr", number] for number in range(1, count + 1)]
    found = same(server, *LOGIN, ["stat"], ["list"], ["uidl"], *mails, ["quit"])
    assert found[2][0] == count
    assert [found[5 + i][2] for i in range(count)] == [len(mail) for mail in server.mails("mrose")]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_everything_else_of_a_real_server(server):
    steps = [
        *LOGIN,
        ["capa"],
        ["list", 1],
        ["list", "2"],
        ["uidl", 3],
        ["top", 1, 0],
        ["top", "2", 3],
        ["noop"],
        ["dele", 1],
        ["list", 1],
        ["stat"],
        ["rset"],
        ["list", 1],
        ["retr", 999],
        ["dele", 0],
        ["rpop", "mrose"],
        ["quit"],
    ]
    found = same(server, *steps)
    assert found[3] == found[13]
    assert found[14][0] == "error_proto"


@pytest.mark.parametrize("server", ["dovecot", "courier", "cyrus"], indirect=True)
def test_tls_from_the_first_byte_and_later(server):
    same(server, *LOGIN, ["stat"], ["retr", 2], ["stls"], ["quit"], tls=True, host="localhost")
    found = same(server, ["stls"], *LOGIN, ["stat"], ["retr", 2], ["quit"], host="localhost")
    assert found[0].startswith("+OK")


def test_odd_mails_and_small_ones():
    with Scripted(mails=[*odd_mails().values(), *small_mails(20)]) as server:
        mails = [["retr", number] for number in range(1, len(server.mails("mrose")) + 1)]
        same(server, *LOGIN, *mails, ["list"], ["uidl"], ["utf8"], ["quit"])


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_replies_in_small_pieces(cut):
    with Scripted(mails=small_mails(3, 3000), cut=cut) as server:
        same(server, *LOGIN, ["stat"], ["list"], ["retr", 1], ["top", 2, 5], ["quit"])


def test_apop():
    with Scripted(mails=small_mails(1)) as server:
        assert same(server, ["apop", "mrose", "tanstaaf"], ["stat"], ["quit"])[0] == "+OK welcome"
        assert same(server, ["apop", "mrose", "wrong"], ["quit"])[0] == ["error_proto", "-ERR [AUTH] refused"]


@both
def test_what_is_deleted_is_gone_after_quit(interpreter):
    with Scripted(mails=small_mails(3)) as server:
        run(interpreter, server, *LOGIN, ["dele", 2])
        assert len(server.mails("mrose")) == 3
        assert run(interpreter, server, *LOGIN, ["dele", 2], ["quit"])[2] == "+OK marked"
        assert server.mails("mrose") == [small_mails(3)[i] for i in (0, 2)]


@both
def test_a_token_as_programs_for_outlook_send_it(dovecot, interpreter):
    import base64

    token = dovecot.token("mrose", padding=3000)
    coded = base64.b64encode(f"user=mrose\1auth=Bearer {token}\1\1".encode()).decode()
    found = run(interpreter, dovecot, ["_shortcmd", "AUTH XOAUTH2"], ["_shortcmd", coded], ["stat"], ["quit"])
    assert found[0].startswith("+ ")
    assert found[1].startswith("+OK")
    assert found[2][0] == len(sample_mails())


# -- certificates are checked, unlike the original's


@both
@pytest.mark.parametrize("bad", ["self_signed", "unknown_root", "wrong_host", "expired", "not_yet_valid"])
def test_a_bad_certificate_is_refused(certificates, bad, interpreter):
    with Scripted(made=certificates, certificate=certificates.bad[bad]) as server:
        for steps, tls in (([], True), ([["stls"], *LOGIN], False)):
            # at once; on MicroPython, whose handshake goes with the first bytes, behind STLS
            said = run(interpreter, server, *steps, host="localhost", tls=tls)[-1]
            assert said[0] == "OSError"
            assert ("CERTIFICATE_VERIFY_FAILED" if interpreter == "cpython" else "TLS failed") in said[2]
        assert not [line for line in server.received if line.startswith((b"USER", b"PASS"))]


REFUSED = """
from micropop import poplib
poplib.CA = {ca!r}
pop = poplib.POP3("localhost", {port})
for function, arguments in ((pop.stls, ()), (poplib.POP3_SSL, ("localhost", {tls_port}))):
    try:
        function(*arguments)
    except ValueError as error:
        print("poplib.CA" in str(error))
"""


@pytest.mark.parametrize(
    ("interpreter", "ca"),
    [("micropython", None), ("micropython", "/missing"), ("cpython", "/missing"), ("cpython", b"no certificate")],
)
def test_roots_that_cannot_be_used(scripted, tmp_path, interpreter, ca):
    program = tmp_path / "program.py"
    program.write_text(REFUSED.format(ca=ca, port=scripted.port, tls_port=scripted.tls_port))
    assert ran(interpreter, program) == "True\nTrue\n"
    assert scripted.received == [b"CAPA", b"STLS"]


@both
def test_a_context_of_the_programs_own_is_taken(scripted, interpreter, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(f"""
try:
    import ssl
except ImportError:
    import tls as ssl
from micropop import poplib
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
if hasattr(context, "check_hostname"):
    context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
pop = poplib.POP3_SSL("localhost", {scripted.tls_port}, context=context, timeout=20)
print(pop.context is context, pop.user("mrose"))
pop.close()
pop = poplib.POP3("localhost", {scripted.port}, 20)
pop.stls(context)
print(pop.user("mrose"))
pop.close()
""")
    assert ran(interpreter, program) == "True b'+OK'\nb'+OK'\n"


def test_older_tls_of_real_boards(certificates):
    with Scripted(made=certificates, mails=small_mails(1), newest_tls=ssl.TLSVersion.TLSv1_2) as server:
        same(server, *LOGIN, ["retr", 1], ["quit"], tls=True, host="localhost")


# -- the network


@both
def test_nobody_there(interpreter):
    with Scripted() as server:
        pass
    assert run(interpreter, server)[0][0] == "OSError"
    assert run(interpreter, server, host="no-such-host.invalid")[0][0] == "OSError"


HUNG_UP = ["error_proto", "-ERR EOF"]


@both
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    ("kind", "errors"),
    [
        ("close", [HUNG_UP]),
        ("reset", [["OSError", ECONNRESET], HUNG_UP]),  # CPython takes it for the end of a TLS stream
        ("silence", [["OSError", ETIMEDOUT], ["OSError", None]]),  # CPython's has no number
    ],
)
def test_a_mail_that_breaks_off(certificates, kind, errors, tls, interpreter):
    with Scripted(made=certificates, mails=small_mails(1, 5000), fault=Fault(2000, kind)) as server:
        found = run(interpreter, server, *LOGIN, ["retr", 1], ["noop"], host="localhost", tls=tls, timeout=0.5)
    assert found[2][:2] in errors
    if found[2] == HUNG_UP:
        assert found[3] == ["error_proto", "-ERR the connection is closed"]
