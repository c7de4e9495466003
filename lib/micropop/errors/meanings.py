"""Refusals without a response code that say: later. RFC 1939 knows no codes."""

# TODO
def meaning(words, login):
    return None, None
