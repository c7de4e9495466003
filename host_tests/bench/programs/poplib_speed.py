"""The time that a client with poplib's calls takes for all mails: ``poplib_speed [MODULE] HOST PORT NAME``.

MODULE: poplib, the standard library's, unless told; or micropop.poplib.
"""

import sys
from importlib import import_module
from time import perf_counter_ns

module = import_module(sys.argv.pop(1) if len(sys.argv) > 4 else "poplib")
host, port, name = sys.argv[1:4]
client = module.POP3(host, int(port))
client.user(name)
client.pass_("secret")
start = perf_counter_ns()
for number in range(1, int(name.split("x")[0]) + 1):
    client.retr(number)
print("us", (perf_counter_ns() - start) // 1000)
client.quit()
