"""A mail in a file, read on CPython: ``mime_pythons HOW PATH WHAT``.

HOW: mime: micropop's reader, its parts saved to a stream that forgets them. email: the standard library's package, its
parts decoded. WHAT: us: the time. peak: the most that Python allocates.
"""

import email
import email.policy
import sys
import tracemalloc
from time import perf_counter_ns

from micropop import mime


class Nowhere:
    octets = 0

    def write(self, data):
        self.octets += len(data)
        return len(data)


def with_mime(path):
    nowhere = Nowhere()
    for part in mime.read(path, size=4096):
        part.save(nowhere)
    return nowhere.octets


def with_email(path):
    octets = 0
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    for part in message.walk():
        if not part.is_multipart():
            octets += len(part.get_payload(decode=True))
    return octets


how, path, what = sys.argv[1:4]
read = with_mime if how == "mime" else with_email
with_mime(sys.argv[4])  # loads what is needed
with_email(sys.argv[4])
if what == "peak":
    tracemalloc.start()
start = perf_counter_ns()
octets = read(path)
taken = (perf_counter_ns() - start) // 1000
print("us", taken)
if what == "peak":
    print("peak", tracemalloc.get_traced_memory()[1])
print("octets", octets)
