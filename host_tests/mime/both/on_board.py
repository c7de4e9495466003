"""Read mails that lie in files, and print the digest of each: ``on_board FOLDER COUNT``."""

import sys

from micropop import mime

from host_tests.mime.both.invariants import digest

for number in range(int(sys.argv[2])):
    with open(f"{sys.argv[1]}/{number}", "rb") as file:
        how = file.read(3)
        print(number, digest(mime.read(file, ("x-other",), how[0] + 1), how[2]))
