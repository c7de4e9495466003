"""SHA-256, where the firmware has it, and HMAC (RFC 2104)."""


def sha256():
    """What makes SHA-256 digests, or None where the firmware cannot: in Python a login would take minutes."""
    try:
        from hashlib import sha256

        return sha256
    except ImportError:
        pass
    try:
        from hashlib import new  # CircuitPython

        new("sha256")
    except (ImportError, ValueError):
        return None
    return lambda data=b"": new("sha256", data)


def hmac(hash, key, message):
    """HMAC (RFC 2104) over a hash with blocks of 64 bytes."""
    inner = hash()
    outer = hash()
    pads(key, hash, inner, outer)
    inner.update(message)
    outer.update(inner.digest())
    return outer.digest()


def pads(key, hash, inner, outer):
    """Start both hashes of HMAC with the key."""
    if len(key) > 64:
        hashed = hash()
        hashed.update(key)
        key = hashed.digest()
    key = key + bytes(64 - len(key))
    inner.update(bytes([c ^ 0x36 for c in key]))
    outer.update(bytes([c ^ 0x5C for c in key]))
