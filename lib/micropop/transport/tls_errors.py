"""What the errors of each firmware's TLS mean. Loaded when it failed."""

import gc
import sys

# by words of the message (ValueError, long error strings) or by number (short ones)
_SAYS = (
    ("memory", ("ALLOC", "ENOMEM", "memory", "Errno 12", "-32512", "-10368", "-4480")),
    ("wrong-host", ("common name", "Common Name", "CN_MISMATCH", "does not match", "mismatch")),
    ("dates", ("expired", "validity", "future", "starts in", "not yet valid")),
    ("unknown-ca", ("trusted", "NOT_TRUSTED", "CERT_VERIFY", "verif", "-9984")),
)


def explain(error):
    """The situation (see ``errors/situations.py``) behind what TLS raised, or None if it was not TLS that failed."""
    said = "%s %s" % (type(error).__name__, error)
    for situation, words in _SAYS:
        for word in words:
            if word in said:
                if situation == "unknown-ca":
                    # on a chip whose TLS lives in Python's heap, too little of it is reported as an unknown authority
                    if sys.platform == "rp2" and gc.mem_free() < 48000:
                        return "unknown-ca or memory"
                    # CircuitPython to 10.2 does not say why a certificate was refused
                    if sys.implementation.name == "circuitpython" and word in ("CERT_VERIFY", "verif", "-9984"):
                        return "unknown-ca or wrong-host"
                return situation
    number = error.args[0] if error.args else 0
    if isinstance(number, int) and number > -1000 and not said.startswith("SSL"):
        return None  # a socket's errno, of either sign
    return "handshake"
