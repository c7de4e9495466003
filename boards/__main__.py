"""`python -m boards COMMAND`: what `make` runs for a board. Options come from the environment, or as flags."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from boards.shared import catalogue, ports, volumes
from boards.shared.catalogue import BadBoard, Board
from boards.shared.payload import SETTINGS
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools.paths import PRIVATE, keep_private
from boards.tools.unavailable import Unavailable

OPTIONS = {
    "board": "which board: a name of `make boards`",
    "port": "its serial port, if more than one board is plugged in",
    "drive": "the folder where its USB drive is mounted",
    "image": "flash: the firmware image",
    "erase": "flash: 1 or 0: erase the whole flash before",
    "ca": "check, authorize: a file with the root certificate of a server of your own",
    "trust": "check: the SHA-256 fingerprint of a self-signed certificate to trust",
    "settings": "settings, check, deploy: the settings file",
    "example": "deploy: a program of firmware/examples that goes along",
    "extra": "deploy: more files for the board's top, with blanks between them",
    "charsets": "deploy: character sets of mail in Chinese, Japanese or Korean, whose tables go along: gbk big5 euc-kr",
    "args": "mpremote: what it is to do: 'ls', 'rm :on_mail.py'",
    "get": "mails: the number of the mail to copy to this computer, or all",
    "to": "mails: the folder for what is copied; mails unless told",
    "attachments": "mails: 1: copy the attachments too",
    "replace": "deploy: 1: replace a main.py, code.py or boot.py of somebody else's, and keep it as main.old.py",
}


def main() -> None:
    """Parse the command line, run the command, and say in one line what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m boards", description=__doc__.split(": ")[1])
    parser.add_argument("command", choices=COMMANDS)
    for name, text in OPTIONS.items():
        parser.add_argument(f"--{name}", default=os.environ.get(name.upper()), help=f"{text} ({name.upper()}=)")
    dry = os.environ.get("DRY_RUN", "") not in ("", "0")
    parser.add_argument("--dry-run", action="store_true", default=dry, help="say what would be done (DRY_RUN=1)")
    chosen = parser.parse_args()
    chosen.settings = Path(chosen.settings or SETTINGS)
    keep_private()
    try:
        COMMANDS[chosen.command](chosen, Steps(chosen.dry_run, _say))
    except BrokenPipeError:  # who read it has seen enough; nothing may be written when Python ends either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Refusal, Unavailable, BadBoard) as reason:
        sys.exit(f"{chosen.command}: {reason}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted")


def _say(text: str) -> None:
    print(text, flush=True)


def _yes(option: str | None) -> bool:
    return option not in (None, "", "0")


def _board(chosen: argparse.Namespace) -> Board | None:
    return catalogue.find(chosen.board) if chosen.board else None


def _boards(_: argparse.Namespace, steps: Steps) -> None:
    steps.out(catalogue.table())


def _flash(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import flash

    path = Path(chosen.image) if chosen.image else flash.current(chosen.board, steps)
    if path is None:
        steps.out("would check that image and write it")
        return
    board = flash.board_for(chosen.board, path)
    erase = None if chosen.erase in (None, "") else chosen.erase != "0"
    flash.flash(board, path, steps, chosen.port, chosen.drive, erase)


def _deploy(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import deploy
    from boards.shared import payload
    from boards.tools import charsets

    extra = tuple(Path(name) for name in shlex.split(chosen.extra or ""))
    missing = [os.fspath(path) for path in extra if not path.is_file()]
    if missing:
        raise Refusal(f"EXTRA={missing[0]} is no file")
    if chosen.settings != SETTINGS and not chosen.settings.is_file():
        raise Refusal(f"SETTINGS={chosen.settings} is no file: `make settings SETTINGS={chosen.settings}` makes it")
    try:
        tables = charsets.make((chosen.charsets or "").replace(",", " ").split(), PRIVATE / "charsets")
    except charsets.UnknownCharset as reason:
        raise Refusal(f"CHARSETS: {reason}") from None
    sources = deploy.Sources(
        settings=chosen.settings,
        user_program=payload.user_program(chosen.settings),
        example=chosen.example or "",
        extra=extra,
        tables=tuple(tables),
    )
    deploy.deploy(_board(chosen), chosen.port, chosen.drive, steps, sources, _yes(chosen.replace))


def _romfs(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import romfs

    romfs.install(ports.find(chosen.port), _board(chosen), steps)


def _run(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import console

    console.run(ports.find(chosen.port), steps)


def _repl(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import console

    console.repl(ports.find(chosen.port), steps)


def _logs(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import console

    if chosen.drive:
        console.logs_of_drive(Path(chosen.drive), steps)
    else:
        console.logs(ports.find(chosen.port), steps)


def _mails(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import mails

    wanted = chosen.get or "", Path(chosen.to or mails.TO), _yes(chosen.attachments)
    if chosen.drive:
        mails.of_drive(volumes.find("CIRCUITPY", chosen.drive), steps, *wanted)
    else:
        mails.of_board(ports.find(chosen.port), steps, *wanted)


def _settings(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import settings

    settings.make(chosen.settings, steps)


def _check(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import check

    check.check(chosen.settings, steps, chosen.ca, chosen.trust)


def _authorize(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import authorize

    authorize.authorize(chosen.settings, steps, chosen.ca)


def _mpremote(chosen: argparse.Namespace, steps: Steps) -> None:
    from boards.commands import console

    console.mpremote(ports.find(chosen.port), shlex.split(chosen.args or ""), steps)


COMMANDS = {
    "boards": _boards,
    "flash": _flash,
    "deploy": _deploy,
    "romfs": _romfs,
    "run": _run,
    "repl": _repl,
    "logs": _logs,
    "mails": _mails,
    "settings": _settings,
    "authorize": _authorize,
    "check": _check,
    "mpremote": _mpremote,
}

if __name__ == "__main__":
    main()
