"""The letters of a text by their numbers, without a text for each: MicroPython would keep those for good."""


def numbers(text):
    """Iterate over the numbers of a text's letters: 65 for A, 1071 for Я."""
    number = 0
    left = 0  # octets that are still to come of a letter
    for octet in text.encode():
        if octet < 0x80:
            number = octet
        elif octet < 0xC0:
            number = number << 6 | octet & 0x3F
            left -= 1
        else:
            left = 1 if octet < 0xE0 else 2 if octet < 0xF0 else 3
            number = octet & 0x3F >> left
        if not left:
            yield number


def lines(text, columns):
    """Iterate over the lines of a text, broken at blanks so that none is longer than so many letters."""
    for line in text.split("\n"):
        rest = line.strip()
        while len(rest) > columns:
            end = rest.rfind(" ", 0, columns + 1)
            end = end if end > 0 else columns
            yield rest[:end]
            rest = rest[end:].strip()
        yield rest
