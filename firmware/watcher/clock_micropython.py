"""Asking a time server on MicroPython."""


def ask(host):
    """Set the board's clock from a time server. Raises OSError."""
    import ntptime

    ntptime.host = host
    ntptime.settime()
