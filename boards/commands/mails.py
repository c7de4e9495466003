"""The mails on a board's flash: listed, and copied to this computer with their attachments."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mpremote.transport import TransportExecError
from mpremote.transport_serial import SerialTransport
from tqdm import tqdm

from boards.shared import drive_copy, remote, serial_copy, tokens
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

SETTINGS = "settings.toml"
FOLDER = "mail"
NAME = re.compile(r"(\d{8})-[0-9a-f]{14}\.(eml|cut)")
HEADER = 16384  # octets of a mail in which its header is looked for
SENDER, SUBJECT = 24, 60  # characters of them in the list
TO = "mails"

FIELDS = """
import os
def fields(path):
    kept = b""
    wanted = False
    begins = True
    with open(path, "rb") as file:
        left = {most}
        while left > 0:
            line = file.readline(256)
            left -= len(line)
            if not line or (begins and not line.strip()):
                break
            if begins and line[0] not in b" \\t":
                wanted = line.split(b":")[0].strip().lower() in (b"from", b"subject", b"date")
            if wanted and len(kept) < 8192:
                kept += line
            begins = line[-1] == 10
    return kept
try:
    names = os.listdir({folder!r})
except OSError:
    names = []
for name in names:
    if name[-4:] in (".eml", ".cut"):
        path = {folder!r} + "/" + name
        print(repr((name, os.stat(path)[6], fields(path))), end=",")
del fields, names
"""


@dataclass(frozen=True)
class Found:
    """A mail on a board.

    :ivar name: of its file
    :ivar size: in bytes
    :ivar header: so much of it as tells From, Subject and Date
    """

    name: str
    size: int
    header: bytes

    @property
    def number(self) -> int:
        """Its place in the order of arrival."""
        return int(self.name[:8])

    def line(self) -> str:
        """It, in a list."""
        tokens.use_library()
        from micropop import mime

        mail = mime.read(self.header + b"\r\n\r\n")
        try:
            date = datetime(*mail.time, tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M") if mail.time else ""
        except (ValueError, OverflowError, OSError):  # the last where Windows is to show one before 1970
            date = ""
        size = f"{self.size:,}" + (" +" if self.name.endswith(".cut") else "  ")
        subject = _cut(mail.subject, SUBJECT)
        return f"{self.number:6}  {date:16}  {size:>12}  {_cut(mail.sender, SENDER):{SENDER}}  {subject}".rstrip()


def of_board(port: str, steps: Steps, get: str = "", to: Path = Path(TO), attachments: bool = False) -> None:
    """List the mails on the flash of the board at a serial port, or copy some; the firmware starts again then.

    :param get: the number of the mail to copy, or "all"; empty: list them
    :param to: the folder for copies
    :param attachments: copy the attachments too, each mail's into a folder of its own
    :raises Refusal: in one line
    """
    _check(get, attachments)
    if steps.dry_run:
        what = f"copy mail {get} to {to}" if get else "list the mails on its flash"
        steps.out(f"would stop the firmware at {port}, {what}, and start it again")
        return
    refused = None
    with remote.connected(port) as link:
        folder = _folder(serial_copy.read(link, SETTINGS))
        code = FIELDS.replace("{folder!r}", repr("/" + folder)).replace("{most}", str(HEADER))
        told = remote.told(link, code, items=True)
        found = sorted((Found(*it) for it in told if NAME.fullmatch(it[0])), key=lambda it: it.name)
        try:
            _show_or_copy(found, lambda name: _read(link, f"{folder}/{name}"), steps, get, to, attachments)
        except Refusal as reason:
            refused = reason
    remote.restart(port)
    if refused:
        raise refused


def of_drive(drive: Path, steps: Steps, get: str = "", to: Path = Path(TO), attachments: bool = False) -> None:
    """The same for a mounted drive."""
    _check(get, attachments)
    folder = _folder(drive_copy.read(drive, SETTINGS))
    paths = sorted(path for path in (drive / folder).glob("*") if NAME.fullmatch(path.name) and path.is_file())
    found = []
    for path in paths:
        with path.open("rb") as file:
            found.append(Found(path.name, path.stat().st_size, file.read(HEADER)))
    _show_or_copy(found, lambda name: (drive / folder / name).read_bytes(), steps, get, to, attachments)


def _check(get: str, attachments: bool) -> None:
    if get not in ("", "all") and not get.isdecimal():
        raise Refusal(f"GET={get} is no mail: say the number of one, or all")
    if attachments and not get:
        raise Refusal("ATTACHMENTS=1 goes with GET=number or GET=all")


def _folder(settings: bytes | None) -> str:
    """Where the watcher keeps mail, by the settings on the board."""
    try:
        name = tomllib.loads((settings or b"").decode()).get("POP3_FOLDER", FOLDER)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        name = FOLDER
    name = str(name).strip("/")
    return name if name and ".." not in name.split("/") else FOLDER


def _read(link: SerialTransport, path: str) -> bytes:
    try:
        with tqdm(unit="B", unit_scale=True, leave=False, disable=None) as bar:
            return bytes(link.fs_readfile("/" + path, progress_callback=lambda done, _: bar.update(done - bar.n)))
    except (OSError, TransportExecError):
        raise Refusal(f"/{path} cannot be read") from None


def _show_or_copy(
    found: list[Found], read: Callable[[str], bytes], steps: Steps, get: str, to: Path, attachments: bool
) -> None:
    if not get:
        for mail in found:
            steps.out(mail.line())
        parts = " (+: a first part only)" if any(it.name.endswith(".cut") for it in found) else ""
        steps.out(f"{len(found)} mails, {sum(it.size for it in found):,} bytes{parts}")
        return
    chosen = [it for it in found if get == "all" or it.number == int(get)]
    if not chosen:
        raise Refusal(
            "there is no mail on the board" if get == "all" else f"there is no mail {get}: `make mails` lists"
        )
    try:
        if not to.is_dir():
            steps.do(f"make the folder {to}", to.mkdir, 0o700, True)
        for mail in chosen:
            target = to / mail.name
            steps.do(f"copy mail {mail.number} to {target} ({mail.size:,} bytes)", _put, target, read, mail.name)
            if attachments:
                _save_attachments(target, read, steps)
    except OSError as error:
        raise Refusal(f"{to} cannot be written: {error.strerror or error}") from None


def _put(target: Path, read: Callable[[str], bytes], name: str) -> None:
    data = read(name)
    aside = target.with_name(name + ".new")
    aside.write_bytes(data)
    aside.replace(target)


def _save_attachments(target: Path, read: Callable[[str], bytes], steps: Steps) -> None:
    """Save what a copied mail has attached, under names that do no harm, in a folder beside it."""
    tokens.use_library()
    from micropop import mime

    mail = mime.read(target if target.is_file() else read(target.name))
    with mail:
        for part in mail:
            if part.filename or part.disposition == "attachment":
                file = target.with_suffix("") / part.flash_name
                steps.do(f"save {part.filename or part.type} as {file}", _save, part, file)


def _save(part: Any, path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("wb") as file:
        part.save(file)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
