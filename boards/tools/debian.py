"""Debian packages unpacked into a private folder: no root, nothing installed.

apt does the work, with a state of its own: it takes the repository's address from the system's settings, finds out
which packages are needed, and downloads them with their signatures checked; dpkg unpacks them.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from boards.tools.lock import exclusive
from boards.tools.paths import PRIVATE
from boards.tools.unavailable import Unavailable

__all__ = ["SUITES", "Unavailable", "architecture", "unpack"]

FOLDER = PRIVATE / "debian"
SUITES = ("forky", "trixie", "sid")
"""The Debian suites that have what older ones lack, in the order in which they are tried."""

STAMP = ".unpacked"
LISTS_ARE_FRESH = 3600  # seconds for which package lists are used again without asking the repository
GIVE_UP = 600  # seconds after which a hanging apt is ended


@dataclass(frozen=True)
class Source:
    """Where one try looks: apt's source lines, the list of what counts as installed, and a name for both."""

    name: str
    lines: tuple[str, ...]
    status: Path | None


def unpack(
    name: str,
    packages: Iterable[str],
    architecture: str | None = None,
    suites: Iterable[str] | None = SUITES,
    *,
    only: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
) -> Path:
    """Unpack packages and what they depend on.

    :param name: the folder's name under .private/debian; a later call with the same arguments returns at once
    :param packages: Debian package names
    :param architecture: Debian's name for it ("i386"); None for the system's own
    :param suites: Debian suites to try in turn, each with its whole closure down to libc, to be run by the unpacked
        loader; None for the system's own suite, and of the dependencies just what the system lacks
    :param only: if given, of all that apt would install only these are unpacked
    :param exclude: of all that apt would install these are left out
    :return: the root folder with usr/, etc/ and so on in it
    :raises Unavailable: with the reason in one line
    """
    target = FOLDER / name
    architecture = architecture or _system_architecture()
    recipe = {
        "packages": sorted(packages),
        "architecture": architecture,
        "suites": None if suites is None else list(suites),
        "only": None if only is None else sorted(only),
        "exclude": sorted(exclude),
    }
    if _is_unpacked(target, recipe):
        return target
    _need("apt-get", "apt-config", "dpkg-deb")
    with exclusive(FOLDER / ".lock"):
        if _is_unpacked(target, recipe):  # by the process that held the lock before
            return target
        reasons = []
        for source in _sources(recipe["suites"]):
            try:
                _unpack_from(source, target, recipe)
                return target
            except Unavailable as reason:
                reasons.append(f"{source.name}: {reason}")
    wanted = ", ".join(recipe["packages"])
    raise Unavailable(f"no {wanted} for {architecture} here ({'; '.join(reasons) or 'no repository is set up'})")


def _system_architecture() -> str:
    _need("dpkg")
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


architecture = _system_architecture


def _need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        raise Unavailable(f"{' and '.join(missing)} (a Debian or Ubuntu system) is needed to fetch packages")


def _is_unpacked(target: Path, recipe: dict) -> bool:
    try:
        return json.loads((target / STAMP).read_text())["recipe"] == recipe
    except (OSError, ValueError, KeyError):
        return False


# --- which repository ----------------------------------------------------------------------------------------------


def _sources(suites: list[str] | None) -> list[Source]:
    """The sources to try in turn; see unpack() for what suites means."""
    own = _own_targets()
    if suites is None:
        lines = tuple(dict.fromkeys(_line(uri, suite, component) for uri, suite, component in own))
        return [Source("own", lines, Path("/var/lib/dpkg/status"))] if lines else []
    mirror = os.environ.get("DEBIAN_MIRROR") or _debian_mirror(own)
    if mirror is None:
        # Ubuntu has other suites, and of i386 little more than libc: its own suite may still have the package
        lines = tuple(dict.fromkeys(_line(uri, suite, component) for uri, suite, component in own))
        return [Source("own suite (set DEBIAN_MIRROR to a Debian mirror for others)", lines, None)] if lines else []
    return [Source(suite, (_line(mirror, suite, "main"),), None) for suite in suites]


def _own_targets() -> list[tuple[str, str, str]]:
    """(address, suite, component) of the distribution's own repositories, third parties' left out."""
    form = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
    command = ["apt-get", "indextargets", "--no-release-info", "--format", form, "Created-By: Packages"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [tuple(line.split("|")) for line in shown.stdout.splitlines() if line.count("|") == 2]
    codename = _os_release().get("VERSION_CODENAME", "")
    # what third parties offer has suites of other names, and is signed with other keys
    suite = re.compile(rf"({re.escape(codename) or 'sid'}|(old)?stable|testing|unstable|sid)([-/](updates|security))?$")
    return [row for row in rows if suite.match(row[1]) and row[2] in ("main", "universe")]


def _debian_mirror(own: list[tuple[str, str, str]]) -> str | None:
    if _os_release().get("ID") == "ubuntu" or "ubuntu" in _os_release().get("ID_LIKE", ""):
        return None
    plain = [uri for uri, suite, component in own if component == "main" and "-" not in suite and "/" not in suite]
    return plain[0] if plain else None


def _os_release() -> dict[str, str]:
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def _line(uri: str, suite: str, component: str) -> str:
    keyring = next((path for path in _keyrings() if path.exists()), None)
    options = f"[signed-by={keyring}] " if keyring else ""
    return f"deb {options}{uri} {suite} {component}"


def _keyrings() -> Iterator[Path]:
    ubuntu = _os_release().get("ID") == "ubuntu" and not os.environ.get("DEBIAN_MIRROR")
    name = "ubuntu-archive-keyring" if ubuntu else "debian-archive-keyring"
    for end in (".pgp", ".gpg"):
        yield Path("/usr/share/keyrings") / (name + end)


# --- apt with a state of its own -----------------------------------------------------------------------------------


def _unpack_from(source: Source, target: Path, recipe: dict) -> None:
    architecture = recipe["architecture"]
    state = FOLDER / ".apt" / re.sub(r"[^a-z0-9]+", "-", f"{source.name.split()[0]}-{architecture}")
    apt = _private_apt(state, source, architecture)
    _update(apt, state, all_or_nothing=source.status is None)
    simulated = apt("-s", "--no-install-recommends", "install", *recipe["packages"])
    chosen = dict(re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) ", simulated, re.M))
    chosen = {
        package: version
        for package, version in chosen.items()
        if package not in recipe["exclude"] and (recipe["only"] is None or package in recipe["only"])
    }
    if source.status:  # asked for by name, but already installed on the system: still wanted in the folder
        chosen = dict.fromkeys(recipe["packages"], "") | chosen
    aside = target.with_name(target.name + ".partial")
    archives = target.with_name(target.name + ".archives")
    for folder in (aside, archives):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    try:
        apt("download", *(f"{p}={v}" if v else p for p, v in chosen.items()), folder=archives)
        for archive in sorted(archives.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(archive), str(aside)])
        stamp = {"recipe": recipe, "from": source.name, "versions": chosen}
        (aside / STAMP).write_text(json.dumps(stamp, indent=1) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(archives, ignore_errors=True)


def _private_apt(state: Path, source: Source, architecture: str) -> Callable[..., str]:
    """An apt-get that reads and writes nothing of the system's but how it reaches the network."""
    for folder in ("lists/partial", "cache/archives/partial", "none"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "sources.list").write_text("".join(line + "\n" for line in source.lines))
    (state / "empty").write_text("")
    settings = {
        "Dir::Etc::main": state / "empty",
        "Dir::Etc::parts": state / "none",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": state / "none",
        "Dir::Etc::preferences": state / "empty",
        "Dir::Etc::preferencesparts": state / "none",
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::State::status": source.status or state / "empty",
        "Dir::State::extended_states": state / "empty",
        "Dir::Cache": state / "cache",
        "Dir::Log": state / "none",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
        "Acquire::Languages": "none",
        "Acquire::GzipIndexes": "true",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "30",
        "Acquire::https::Timeout": "30",
    }
    network = re.findall(r"^Acquire::(?!IndexTargets|Languages|GzipIndexes).*$", _run(["apt-config", "dump"]), re.M)
    lines = [*network, *(f'{key} "{value}";' for key, value in settings.items())]
    (state / "apt.conf").write_text("\n".join(lines) + "\n")
    environment = dict(os.environ, APT_CONFIG=str(state / "apt.conf"), LC_ALL="C", DEBIAN_FRONTEND="noninteractive")

    def apt(*arguments: str, folder: Path = state) -> str:
        return _run(["apt-get", "-q", *arguments], folder, environment)

    return apt


def _update(apt: Callable[..., str], state: Path, all_or_nothing: bool) -> None:
    stamp = state / "updated"
    lines = (state / "sources.list").read_text()
    if stamp.exists() and stamp.read_text() == lines and time.time() - stamp.stat().st_mtime < LISTS_ARE_FRESH:
        return
    stamp.unlink(missing_ok=True)
    apt(*(["-o", "APT::Update::Error-Mode=any"] if all_or_nothing else []), "update")
    stamp.write_text(lines)


def _run(command: list[str], folder: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """The command's output; Unavailable with its own last word if it fails or hangs."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=GIVE_UP, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{command[0]} did not answer in {GIVE_UP} s") from None
    if done.returncode:
        errors = re.findall(r"^E: (.*)$", done.stderr, re.M) or done.stderr.strip().splitlines() or ["failed"]
        raise Unavailable(" ".join(errors[0].split()))
    return done.stdout
