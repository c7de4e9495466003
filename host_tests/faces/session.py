"""One session with poplib, the standard library's or micropop's: reads a job in JSON, prints what came of it in JSON.

For CPython and MicroPython. The one line that differs between the two modules is the first of ``main``.
"""

import json
import sys
from binascii import hexlify
from hashlib import sha256


def main(job):
    poplib = __import__(job["module"], None, None, ("POP3",))
    trust(poplib, job)
    results = []
    try:
        pop = opened(poplib, job)
        for step in job["steps"]:
            try:
                found = getattr(pop, step[0])(*step[1:])
            except poplib.error_proto as error:
                found = ["error_proto", error.args[0]]
            results.append(plain(found))
        pop.close()
    except OSError as error:
        results.append(["OSError", error.errno, str(error)])
    print(json.dumps(results))


def trust(poplib, job):
    """Have the tests' authority trusted, and long lines taken, by the original as by micropop."""
    if job["module"] != "poplib":
        poplib.CA = job["ca_der"]
        return
    import ssl

    poplib._MAXLINE = 1000000
    ssl._create_stdlib_context = lambda **how: ssl.create_default_context(cafile=job["ca_pem"])


def opened(poplib, job):
    if job["tls"]:
        return poplib.POP3_SSL(job["host"], job["port"], timeout=job["timeout"])
    return poplib.POP3(job["host"], job["port"], timeout=job["timeout"])


def plain(found):
    """A result as JSON has it; a list of lines as how many there are and what is in them."""
    if isinstance(found, bytes):
        return "".join([chr(c) for c in found])
    if isinstance(found, tuple):
        return [plain(each) for each in found]
    if isinstance(found, list) and found and isinstance(found[0], bytes):
        hashed = sha256()
        for line in found:
            hashed.update(line + b"\n")
        return [len(found), plain(hexlify(hashed.digest()))]
    return [plain(each) for each in found] if isinstance(found, list) else found


main(json.loads(sys.stdin.readline()))
