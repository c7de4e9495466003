"""Put the library, the firmware and the settings on a board."""

import dataclasses
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from mpremote.transport_serial import SerialTransport

from boards.commands import settings
from boards.shared import asking, drive_copy, ownership, payload, ports, remote, serial_copy, volumes
from boards.shared.catalogue import Board
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.shared.remote import Identity
from boards.shared.steps import Steps
from boards.tools import bundle
from boards.tools.mpy import CompileError

ROM = "rom/lib/micropop"
PLAIN = re.compile(r"[\w][\w.-]*", re.ASCII)

LEFT = {
    "on_mail": "is called for each mail",
    "my_network": "sees to the network",
    payload.MORE_CERTIFICATES: "is trusted",
}
"""What becomes of files that were left on a board."""


def over_serial(
    port: str, board: Board | None, steps: Steps, sources: Sources | None = None, replace: bool = False
) -> None:
    """Deploy to the board at a serial port, and start the firmware.

    :param board: what it is expected to be; None for whatever answers
    :param replace: take the place of programs of somebody else's without a question
    :raises Refusal, Unavailable: in one line
    """
    sources = sources or Sources()
    with remote.connected(port) as link:
        identity = remote.identity(link)
    steps.out(f"{port}: {identity}")
    with remote.going_on(port):
        check_identity(identity, board)
        _over_serial(port, identity, steps, sources, replace)


def _over_serial(port: str, identity: Identity, steps: Steps, sources: Sources, replace: bool) -> None:
    _check_settings(sources, steps)
    with remote.connected(port) as link:
        top = serial_copy.top(link)
        sources = _with_left(top, identity.firmware, lambda target: serial_copy.read(link, target), sources)
    packages, modules = _modules(identity, sources, steps)
    files = {f"lib/{target}": path for target, path in modules.items()} | payload.entries(identity.firmware, sources)
    ours = [f"lib/{package}" for package in packages]
    with remote.connected(port) as link:
        if serial_copy.listing(link, ROM):
            steps.out("the library and the firmware are in the board's ROMFS: `make romfs` renews them")
            files = payload.entries(identity.firmware, sources)
        there = serial_copy.survey(link, ours + [it for it in files if not it.startswith(tuple(ours))])
        new, stale = serial_copy.changed(there, files), _stale(there, files)
        kept = _somebodys(new, lambda target: serial_copy.read(link, target) if target in top else None, sources)
    _tell_left(top, files, steps)
    _ask_to_replace(kept, replace, steps)
    if steps.dry_run or not (new or stale):
        with remote.connected(port) as link:
            _copy(link, new, stale, kept, steps)
        remote.restart(port)
    else:
        with remote.quiet(port), remote.connected(port) as link:
            _copy(link, new, stale, kept, steps)
        steps.out("the firmware starts")
    _tell(new, files, steps)


def _copy(link: SerialTransport, new: dict[str, Path], stale: list[str], kept: list[str], steps: Steps) -> None:
    serial_copy.remove(link, stale, steps)
    for target in kept:
        steps.do(f"keep /{target} as /{ownership.kept_as(target)}", serial_copy.keep, link, target)
    serial_copy.put(link, new, steps)


def to_drive(
    board: Board | None, steps: Steps, drive: Path, sources: Sources | None = None, replace: bool = False
) -> None:
    """Deploy to a CircuitPython board's mounted drive. CircuitPython starts the firmware by itself.

    :param replace: take the place of programs of somebody else's without a question
    :raises Refusal, Unavailable: in one line
    """
    sources = sources or Sources()
    about = drive / "boot_out.txt"
    told = about.read_text(encoding="utf-8", errors="replace").splitlines()[:1] if about.is_file() else []
    if not told or "CircuitPython" not in told[0]:
        raise Refusal(f"{drive} is not the drive of a CircuitPython board: it has no boot_out.txt that says so")
    steps.out(f"{drive}: {told[0]}")
    check_identity(Identity("circuitpython", "", 0, told[0]), board)
    if drive_copy.is_read_only(drive):
        raise Refusal(drive_copy.read_only(drive))
    _check_settings(sources, steps)
    top = [path.name for path in drive.iterdir()]
    sources = _with_left(top, "circuitpython", lambda target: drive_copy.read(drive, target), sources)
    packages, modules = _modules(Identity("circuitpython", "", 0, ""), sources, steps)
    files = {f"lib/{target}": path for target, path in modules.items()} | payload.entries("circuitpython", sources)
    there = [it for package in packages for it in drive_copy.listing(drive, f"lib/{package}")]
    new = drive_copy.changed(drive, files)
    kept = _somebodys(new, lambda target: drive_copy.read(drive, target), sources)
    _tell_left(top, files, steps)
    _ask_to_replace(kept, replace, steps)
    drive_copy.remove(drive, _stale(there, files), steps)
    for target in kept:
        aside = drive / ownership.kept_as(target)
        steps.do(f"keep {drive / target} as {aside}", (drive / target).replace, aside)
    drive_copy.put(drive, new, steps)
    _tell(new, files, steps)
    if new and not steps.dry_run:
        steps.out("press the board's reset button once: boot.py runs only then")


def deploy(
    board: Board | None,
    port: str | None,
    drive: str | None,
    steps: Steps,
    sources: Sources | None = None,
    replace: bool = False,
) -> None:
    """Deploy to the board that is plugged in: to its drive if it has one that can be written, else over serial.

    :param board: what it is expected to be; None for whatever answers
    :param port: PORT=, or None to look
    :param drive: DRIVE=, or None to look
    :param replace: REPLACE=1: take the place of programs of somebody else's without a question
    :raises Refusal, Unavailable: in one line
    """
    if not drive and not port and (board is None or board.drive) and len(ports.candidates()) < 2:
        mounted = [folder for folder in volumes.mounted("CIRCUITPY") if not drive_copy.is_read_only(folder)]
        drive = str(mounted[0]) if len(mounted) == 1 else None
    if drive:
        to_drive(board, steps, volumes.find("CIRCUITPY", drive), sources, replace)
    else:
        over_serial(ports.find(port), board, steps, sources, replace)


def check_identity(identity: Identity, board: Board | None) -> None:
    """Raise Refusal if what answers is not the board that was asked for."""
    if board is None:
        return
    if identity.firmware != board.firmware:
        raise Refusal(f"BOARD={board.key} runs {board.firmware}, but {identity} answers")
    if identity.chip and identity.chip != board.chip:
        raise Refusal(f"BOARD={board.key} has an {board.chip}, but {identity} answers")


def _check_settings(sources: Sources, steps: Steps) -> None:
    if not sources.settings.is_file():
        steps.out(f"note: there is no {sources.settings.name} yet: `make settings` makes it, then deploy again")
        return
    given = settings.load(sources.settings)
    if given["TLS"] != "off" and not any(
        sources.settings.with_name(name).is_file() for name in (payload.CERTIFICATE, payload.MORE_CERTIFICATES)
    ):
        steps.out(f"note: there is no {payload.CERTIFICATE} beside the settings: `make check` makes it")
    if given["OAUTH"] and not sources.settings.with_name(payload.REFRESH_TOKEN).is_file():
        steps.out(f"note: there is no {payload.REFRESH_TOKEN} beside the settings: `make authorize` makes it")


def _modules(identity: Identity, sources: Sources, steps: Steps) -> tuple[list[str], dict[str, Path]]:
    """The folders in /lib that are micropop's, and what to put into /lib."""
    packages = payload.packages(identity.firmware, sources)
    plain = payload.modules(identity.firmware, sources)
    if identity.firmware == "circuitpython":
        return packages, plain | bundle.fetch()
    try:
        compiled = payload.compiled(sources, identity.version)
    except CompileError as error:
        raise Refusal(f"mpy-cross: {error}") from None
    made = payload.abi(next(iter(compiled.values())))
    if made == identity.mpy:
        return packages, compiled
    steps.out(
        f"the board loads version {identity.mpy} of .mpy files, and the mpy-cross here makes version {made}:"
        " the sources are copied instead, which takes more memory"
    )
    return packages, plain


def _stale(there: Iterable[str], files: dict[str, Path]) -> list[str]:
    # an old module.py would be imported instead of the new module.mpy
    return sorted(path for path in there if path.endswith((".py", ".mpy", serial_copy.ASIDE)) and path not in files)


def _somebodys(new: Iterable[str], read: Callable[[str], bytes | None], sources: Sources) -> list[str]:
    """The programs of somebody else's that would be replaced."""
    at_boot = [target for target in new if ownership.runs_at_boot(target)]
    return [target for target in at_boot if ownership.is_somebodys(read(target) or b"", sources)]


def _ask_to_replace(targets: list[str], replace: bool, steps: Steps) -> None:
    if not targets:
        return
    names = " and ".join(targets)
    if steps.dry_run:
        steps.out(f"{names} on the board is not this project's: REPLACE=1 would be needed")
        return
    if replace or (
        asking.somebody_is_there() and asking.confirmed(f"{names} on the board is not this project's. Replace it?")
    ):
        return
    raise Refusal(f"{names} on the board is not this project's, and stays: REPLACE=1 replaces it and keeps a copy")


def _left(top: Iterable[str], files: dict[str, Path]) -> list[str]:
    """The programs at the board's top that are there and not here, but for those that run at boot."""
    return [
        name
        for name in sorted(top)
        if name.endswith((".py", ".mpy"))
        and not (name in files or ownership.runs_at_boot(name) or name.endswith(ownership.KEPT))
    ]


def _with_left(top: Iterable[str], platform: str, read: Callable[[str], bytes | None], sources: Sources) -> Sources:
    """The sources with the programs that stay on the board: what these need of the library stays too."""
    names = [name for name in _left(top, payload.entries(platform, sources)) if name.endswith(".py")]
    return dataclasses.replace(sources, left="\n".join((read(it) or b"").decode("utf-8", "replace") for it in names))


def _tell_left(top: Iterable[str], files: dict[str, Path], steps: Steps) -> None:
    """Name the programs at the board's top that are there and not here, and certificates that it trusts."""
    trusted = [it for it in top if it == payload.MORE_CERTIFICATES and it not in files]
    for name in sorted(_left(top, files) + trusted):
        called = LEFT.get(name.split(".")[0] if name.endswith("py") else name, "can be imported")
        # a line to be copied into a shell, which nothing but a plain name may come into
        how = f": `make mpremote ARGS='rm :{name}'` removes it" if PLAIN.fullmatch(name) else ""
        steps.out(f"note: /{name} is on the board and not here, and {called}{how}")


def _tell(new: dict[str, Path], files: dict[str, Path], steps: Steps) -> None:
    verb = "would be" if steps.dry_run else "were"
    steps.out(f"{len(new)} of {len(files)} files {verb} copied, {len(files) - len(new)} are up to date")
