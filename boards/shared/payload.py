"""What goes on a board: which files of the repository, and where they lie there."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from boards.shared import examples
from boards.tools import mpy
from boards.tools.paths import LIB, PRIVATE, ROOT

FIRMWARE = ROOT / "firmware"
PLATFORMS = {"micropython", "circuitpython", "cpython"}
SETTINGS = ROOT / "settings.toml"
CERTIFICATE = "ca.der"
MORE_CERTIFICATES = "ca.pem"
NETWORK = "my_network.py"
"""What sees to the network in place of the watcher, if it lies beside the settings."""
REFRESH_TOKEN = "token.txt"
TOKEN_CERTIFICATE = "token.der"
USER_PROGRAM = ROOT / "on_mail.py"
OPTIMISE = 3  # no line numbers in the tracebacks of compiled modules: a board has better use for that memory
FACES = {
    r"\bpoplib\b": ("micropop/poplib.", "micropop/session/raw."),
    r"\bnetx\b": ("micropop/netx.",),
    r"\baio\b": ("micropop/aio/",),
    r"\bmicropop\.packet\b": ("micropop/packet.",),
}
"""What the watcher does not use, by what a program that does is known by: each file takes a block of 4 KB, of which a
Pico W has 212 for all."""
MIME = "micropop/mime/"
READS_MAIL = r"\b(mime|aio)\b|\.open\("
HEADERS = ("__init__", "reader", "header", "words", "charsets", "base64")
"""Of MIME what reads a header, as UTF-8 or else as iso-8859-1: the watcher's log needs it."""
OAUTH = ("micropop/oauth/", "watcher/token.")
LOGS = ("log.old.txt", "log.txt")
"""The watcher's log files on the board, the older one first."""


@dataclass(frozen=True)
class Sources:
    """Where the files come from.

    :ivar lib: the library
    :ivar firmware: the watcher, and in folders named for each platform what runs at boot
    :ivar settings: settings.toml; beside it lie the server's root certificate, and what `make authorize` makes
    :ivar user_program: the user's own on_mail.py
    :ivar example: the name of a program in the firmware's examples that goes along, or empty
    :ivar extra: more files for the board's top
    :ivar tables: of character sets, for micropop.mime
    :ivar left: the programs that are on the board and not here, one behind the other
    """

    lib: Path = LIB
    firmware: Path = FIRMWARE
    settings: Path = SETTINGS
    user_program: Path = USER_PROGRAM
    example: str = ""
    extra: tuple[Path, ...] = ()
    tables: tuple[Path, ...] = ()
    left: str = ""


def user_program(settings: Path) -> Path:
    """The on_mail.py that goes with these settings: the one beside them; where there is none, the project's."""
    beside = settings.with_name(USER_PROGRAM.name)
    return beside if beside.is_file() else USER_PROGRAM


def modules(platform: str, sources: Sources, everything: bool = False) -> dict[str, Path]:
    """What is imported: the library and the packages of the firmware, without what is for other platforms, OAuth where
    the settings have none, the faces that no program of the user's names, and of MIME what reads more than headers
    where no program reads mail and no table of a character set goes along: a small board's flash is for the mail.

    :param platform: "micropython" or "circuitpython"
    :param everything: leave nothing out but what is for other platforms
    :return: source files by their path in the board's /lib, both ending in .py
    """
    found = {path.relative_to(sources.lib).as_posix(): path for path in sorted(sources.lib.rglob("*.py"))}
    for package in sorted(sources.firmware.glob("*/__init__.py")):
        for path in sorted(package.parent.rglob("*.py")):
            found[path.relative_to(sources.firmware).as_posix()] = path
    others = PLATFORMS - {platform}
    left_out: tuple[str, ...] = ()
    if not everything:
        text = programs(sources)
        left_out = tuple(it for sign, files in FACES.items() if not re.search(sign, text) for it in files)
        if not uses_oauth(sources.settings):
            left_out += OAUTH
        if not sources.tables and not re.search(READS_MAIL, text):
            headers = {f"{MIME}{name}.py" for name in HEADERS}
            left_out += tuple(it for it in found if it.startswith(MIME) and it not in headers)
    return {
        target: path
        for target, path in found.items()
        if not others & set(path.stem.split("_")) and not target.startswith(left_out)
    }


def uses_oauth(settings: Path) -> bool:
    """Whether the settings name a provider of access tokens."""
    try:
        return re.search(r"(?m)^\s*POP3_OAUTH\s*=\s*\"[^\"]", settings.read_text("utf-8", "replace")) is not None
    except OSError:
        return False


def programs(sources: Sources) -> str:
    """The programs of the user's own that go on the board, or stay there, one behind the other."""
    paths = [sources.user_program, *sources.extra]
    if sources.example:
        paths += examples.files(sources.firmware / "examples", sources.example, "main.py").values()
    texts = [path.read_text("utf-8", "replace") for path in paths if path.suffix == ".py" and path.is_file()]
    return "\n".join([*texts, sources.left])


def packages(platform: str, sources: Sources) -> list[str]:
    """The folders in the board's /lib that belong to micropop: what else lies in them is from an older deployment."""
    return sorted({target.split("/")[0] for target in modules(platform, sources) if "/" in target})


def entries(platform: str, sources: Sources) -> dict[str, Path]:
    """What lies at the board's top: settings first, what runs at boot last. Files by their path there."""
    found = {"settings.toml": sources.settings}
    for name in (CERTIFICATE, MORE_CERTIFICATES, TOKEN_CERTIFICATE, REFRESH_TOKEN, NETWORK):
        found[name] = sources.settings.with_name(name)
    found["on_mail.py"] = sources.user_program
    found |= {path.name: path for path in sources.extra}
    found |= {f"charsets/{path.name}": path for path in sources.tables}
    at_boot = {path.name: path for path in sorted((sources.firmware / platform).glob("*.py"))}
    if sources.example:
        example = examples.files(sources.firmware / "examples", sources.example, list(at_boot)[-1])
        found |= {target: path for target, path in example.items() if target not in at_boot}
        at_boot |= {target: path for target, path in example.items() if target in at_boot}
    return {target: path for target, path in (found | at_boot).items() if path.is_file()}


def compiled(sources: Sources, version: str, folder: Path = PRIVATE / "mpy" / "deploy") -> dict[str, Path]:
    """The modules for MicroPython as .mpy files, by their path in /lib.

    :param version: the release on the board
    :param folder: where the .mpy files are kept
    :raises mpy.CompileError, mpy.Unavailable: see compile_tree()
    """
    trees = {}
    for source in (sources.lib, sources.firmware):
        # a folder of its own for each source folder: what was compiled from another may look newer
        place = hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:12]
        trees[source] = mpy.compile_tree(source, folder / mpy.flavour(version) / place, version, OPTIMISE)
    return {_mpy(target): _built(path, trees) for target, path in modules("micropython", sources).items()}


def _mpy(name: str) -> str:
    return name.removesuffix(".py") + ".mpy"


def _built(path: Path, trees: dict[Path, Path]) -> Path:
    source = next(source for source in trees if path.is_relative_to(source))
    return (trees[source] / path.relative_to(source)).with_suffix(".mpy")


def abi(path: Path) -> int:
    """The version of a .mpy file, which a board must read; 0 if it is none of MicroPython's."""
    head = path.read_bytes()[:2]
    return head[1] if head[:1] == b"M" else 0


def folders(targets: dict[str, Path]) -> Iterator[str]:
    """The folders that the targets need, outer ones first."""
    needed = set()
    for target in targets:
        parts = target.split("/")[:-1]
        needed |= {"/".join(parts[: depth + 1]) for depth in range(len(parts))}
    return iter(sorted(needed))
