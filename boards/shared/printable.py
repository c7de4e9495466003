"""What boards, servers and certificates say, as text that a terminal takes for nothing but text."""


def printable(text: str) -> str:
    """The text with ``?`` for what is not printable, such as the escape sequences that terminals obey."""
    return "".join(letter if letter.isprintable() or letter in "\t\n" else "?" for letter in text)
