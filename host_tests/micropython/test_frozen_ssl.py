"""TLS where the ``ssl`` is the one that boards have frozen in, written in Python over ``tls``: a real one, which the
64-bit MicroPython has. Of the 32-bit one's firmware it is no part.
"""

import os
import subprocess
from pathlib import Path

import pytest

from boards.tools.paths import LIB
from host_tests.micropython import SIXTY_FOUR, WANTED
from host_tests.servers import certificates
from host_tests.servers.scripted import Scripted

SECONDS = 60
START = """
import micropop, ssl
host, port, tls_port, root = {job!r}
with open(root, "rb") as file:
    der = file.read()
def frozen():
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(der)
    except OSError:
        return True  # it wants a file's name
"""
CONTEXT = """
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cadata=der)
"""
ASYNC = """
import asyncio
from micropop import aio
async def main():
    client = await aio.connect({})
    await client.login("mrose", "tanstaaf")
    print(await client.stat())
    await client.quit()
asyncio.run(main())
"""
BLOCKING = """
with micropop.connect({}) as client:
    client.login("mrose", "tanstaaf")
    print(client.stat())
    client.quit()
"""
POPLIB = """
from micropop import poplib
{}
pop.user("mrose")
pop.pass_("tanstaaf")
print(pop.stat())
pop.quit()
"""
WAYS = {
    "blocking": BLOCKING.format("host, tls_port, ca=der"),
    "blocking, a file": BLOCKING.format("host, tls_port, ca=root"),
    "blocking, STLS": BLOCKING.format("host, port, tls='stls', ca=der"),
    "blocking, a context": CONTEXT + BLOCKING.format("host, tls_port, ssl_context=context"),
    "asyncio": ASYNC.format("host, tls_port, ca=der"),
    "asyncio, STLS": ASYNC.format("host, port, tls='stls', ca=der"),
    "asyncio, a context": CONTEXT + ASYNC.format("host, tls_port, ssl_context=context"),
    "poplib": POPLIB.format("poplib.CA = der\npop = poplib.POP3_SSL(host, tls_port)"),
    "poplib, STLS": POPLIB.format("poplib.CA = der\npop = poplib.POP3(host, port)\npop.stls()"),
    "poplib, a context": CONTEXT + POPLIB.format("pop = poplib.POP3_SSL(host, tls_port, context=context)"),
}
pytestmark = pytest.mark.skipif(not WANTED, reason="no MicroPython with 64 bits for this processor")


def ran(server: Scripted, program: str) -> str:
    """What a program prints, to its end or its exception."""
    job = ("localhost", server.port, server.tls_port, str(server.ca_der))
    done = subprocess.run(
        [str(SIXTY_FOUR), "-c", START.format(job=job) + program],
        env={**os.environ, "MICROPYPATH": f"{LIB}:.frozen"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("way", WAYS)
def test_a_session(way: str):
    with Scripted(mails=[b"one\r\n", b"two\r\n"]) as server:
        said = ran(server, "assert frozen()" + WAYS[way])
        assert said.splitlines()[-1:] == ["(2, 10)"], said


@pytest.mark.parametrize("way", ["blocking", "blocking, STLS", "asyncio"])
def test_a_root_that_signed_nothing_here_is_refused(way: str, tmp_path: Path):
    other = certificates.make(tmp_path)
    with Scripted() as server:
        said = ran(server, f"with open({str(other.ca_der)!r}, 'rb') as file:\n    der = file.read()\n" + WAYS[way])
        assert "TLSError" in said and "(0, 0)" not in said
