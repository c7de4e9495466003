"""One check for mail: ``check HOST PORT NAME METHOD KNOWN``; KNOWN: 1 if a session before told of PIPELINING."""

import sys

import micropop

host, port, name, method, known = sys.argv[1:6]
client = micropop.connect(host, int(port), tls=False)
if known == "1":
    client.pipelining = True
client.login(name, "secret", method=None if method == "best" else method, cleartext=True)
count, octets, ids = client.check()
listed = 0
for _ in ids:
    listed += 1
client.quit()
print("mails", listed)
