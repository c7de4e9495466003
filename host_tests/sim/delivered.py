"""The table of what was delivered: the mails in the board's flash image beside the server's."""

import hashlib
from pathlib import Path

from host_tests.shared import flash_image

SHOWN = 12  # hexadecimal digits of a SHA-256


def report(image: Path, expected: list[bytes] | None) -> str | None:
    """Print the table.

    :param image: the board's flash
    :param expected: the mails on the server in the order of their arrival, or None if nobody knows
    :return: what is wrong, or None
    """
    found = flash_image.files(image)
    paths = sorted(path for path in found if path.startswith("/mail/") and path.endswith((".eml", ".cut")))
    left = list(expected or [])
    wrong = []
    print("mail                                     bytes  SHA-256       beside the server's")
    for path in paths:
        data = found[path]
        verdict = _verdict(data, path.endswith(".eml"), left) if expected is not None else _kind(path)
        if verdict is None:
            wrong.append(path)
        print(f"{path:36} {len(data):9,}  {hashlib.sha256(data).hexdigest()[:SHOWN]}  {verdict or 'NOT THERE'}")
    print(f"{len(paths)} mails, {sum(len(found[path]) for path in paths):,} bytes")
    if wrong:
        return f"{', '.join(wrong)}: not what the server has"
    if left:
        return f"{len(left)} of the server's mails are not on the board"
    return None


def _kind(path: str) -> str:
    return "whole" if path.endswith(".eml") else "first part"


def _verdict(data: bytes, whole: bool, left: list[bytes]) -> str | None:
    """Take the server's mail that this is out of ``left``; None if there is none."""
    for mail in left:
        if mail == data if whole else mail.startswith(data):
            left.remove(mail)
            return "the same" if whole else f"the same, a first part of {len(mail):,}"
    return None
