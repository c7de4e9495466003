"""The time that the standard library's client takes for all mails: ``poplib_speed HOST PORT NAME``."""

import poplib
import sys
from time import perf_counter_ns

host, port, name = sys.argv[1:4]
client = poplib.POP3(host, int(port))
client.user(name)
client.pass_("secret")
start = perf_counter_ns()
for number in range(1, int(name.split("x")[0]) + 1):
    client.retr(number)
print("us", (perf_counter_ns() - start) // 1000)
client.quit()
