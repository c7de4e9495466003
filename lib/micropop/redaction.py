"""What a server repeats of a login, made fit for an error's text. Loaded when a login is refused."""

from binascii import b2a_base64

_HEAD = 6  # octets of a secret that are hidden even where the rest is not there


def redacted(octets, secret):
    """The octets of a reply without the secret, or its head, in either case, and without whatever may be base64.

    :param bytes octets: a server's words
    :param bytes secret: a password or a token
    """
    octets = without(octets, secret)
    if len(secret) < 128:  # the base64 of longer ones is hidden for its length
        for lead in range(3):  # octets before it in the base64
            coded = b2a_base64(bytes(lead) + secret)
            coded = coded[(0, 2, 3)[lead] : (lead + len(secret)) * 4 // 3]  # what depends on the secret alone
            if len(coded) > 2:
                octets = without(octets, coded)
    found = []
    run = b""
    for i in range(len(octets)):
        c = octets[i : i + 1]
        if c.isalpha() or c.isdigit() or c in b"+/=":
            run += c
        else:
            found.append(hidden(run) + c)
            run = b""
    return b"".join(found) + hidden(run)


def hidden(run):
    # digests and tokens are long; words are not, nor is a link, which helps, like them
    return b"***" if len(run) > 19 and (b"/" not in run or run != run.lower()) else run


def without(octets, needle):
    """``octets`` with stars in place of all that begins as ``needle`` does, in capitals or not."""
    needle = needle.lower()
    head = needle[:_HEAD]
    at = octets.lower().find(head)
    while at >= 0:
        end = at + len(head)
        rest = octets[end:].lower()
        n = 0
        while n < len(rest) and rest[n : n + 1] == needle[len(head) + n : len(head) + n + 1]:
            n += 1
        octets = octets[:at] + b"***" + octets[end + n :]
        at = octets.lower().find(head, at + 3)
    return octets
