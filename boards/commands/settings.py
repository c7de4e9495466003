"""The board's settings.toml: the few questions that make it, and reading it as the board does."""

import getpass
import re
import sys
from collections.abc import Callable
from pathlib import Path

from boards.shared import owner_only
from boards.shared.payload import FIRMWARE
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

SECRETS = {"CIRCUITPY_WIFI_PASSWORD", "POP3_PASSWORD", "POP3_TOKEN", "POP3_CLIENT_SECRET"}
HIDDEN = "…"
TOKEN_ONLY = "outlook.office365.com"  # its POP3 takes no password
SERVERS = {
    "gmail.com": "pop.gmail.com",
    "googlemail.com": "pop.gmail.com",
    "outlook.com": TOKEN_ONLY,
    "hotmail.com": TOKEN_ONLY,
    "live.com": TOKEN_ONLY,
    "yahoo.com": "pop.mail.yahoo.com",
    "gmx.net": "pop.gmx.net",
    "gmx.de": "pop.gmx.net",
    "gmx.com": "pop.gmx.com",
    "web.de": "pop3.web.de",
}
"""The POP3 servers of some mail domains; of others pop.DOMAIN is a guess."""

NEW_FILE = "# The mail watcher's settings. What else can be set: firmware/settings.example.toml\n"

Values = dict[str, str | int]


def load(path: Path) -> Values:
    """All settings of a file, read and checked by the watcher's own code, so that the board will take them too.

    :return: by key, without its POP3_ or CIRCUITPY_

    :raises Refusal: naming the key or the line, and showing no value
    """
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))
    from watcher.settings import load as read
    from watcher.trouble import Trouble

    if not path.is_file():
        raise Refusal(f"there is no {path.name}: `make settings` makes it")
    try:
        return read(str(path))
    except Trouble as trouble:
        raise Refusal(str(trouble)) from None


# --- the questions -------------------------------------------------------------------------------------------------


def make(
    path: Path,
    steps: Steps,
    ask: Callable[[str], str] = input,
    ask_secret: Callable[[str], str] = getpass.getpass,
) -> None:
    """Ask the few questions and write the file, readable by its owner alone. What else stands in it stays.

    :param path: the file; its values are offered as answers if it is there
    :param ask: shows a question and returns the answer
    :param ask_secret: the same without showing what is typed
    :raises Refusal: if nobody is there to answer
    """
    if ask is input and not sys.stdin.isatty():
        raise Refusal("settings are asked for: run `make settings` in a terminal")
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        answers = _answers(_given(old), ask, ask_secret)
    except EOFError:
        raise Refusal("the questions were not answered: nothing is written") from None
    for key, value in answers.items():
        steps.out(f"{key} = {HIDDEN if key in SECRETS and value else _literal(value)}")
    steps.do(f"write {path} (mode 600)", owner_only.write, path, _merged(old, answers).encode())


def _answers(old: Values, ask: Callable[[str], str], ask_secret: Callable[[str], str]) -> Values:
    def question(text: str, default: str | int = "") -> str:
        while True:
            answer = ask(f"{text} [{default}]: " if default != "" else f"{text}: ").strip() or str(default)
            if answer:
                return answer

    def choice(text: str, among: tuple[str, ...], default: str) -> str:
        while True:
            answer = question(f"{text} ({', '.join(among)})", default).lower()
            if answer in among:
                return answer

    def secret(text: str, key: str) -> str:
        kept = f" [{HIDDEN}]" if old.get(key) else ""
        return ask_secret(f"{text}{kept}: ") or str(old.get(key, ""))

    def number(text: str, default: int, least: int, most: int) -> int:
        while True:
            answer = question(text, default)
            if answer.isdecimal() and least <= int(answer) <= most:
                return int(answer)

    new: Values = {}
    new["CIRCUITPY_WIFI_SSID"] = question("Wi-Fi network", old.get("CIRCUITPY_WIFI_SSID", ""))
    new["CIRCUITPY_WIFI_PASSWORD"] = secret("Wi-Fi password (empty for an open network)", "CIRCUITPY_WIFI_PASSWORD")
    new["POP3_USER"] = user = question("Mailbox user, most often the mail address", old.get("POP3_USER", ""))
    domain = user.rpartition("@")[2].lower() if "@" in user else ""
    guess = SERVERS.get(domain, f"pop.{domain}" if domain else "")
    new["POP3_HOST"] = host = question("POP3 server", old.get("POP3_HOST", guess))
    new["POP3_TLS"] = tls = choice("Encryption", ("tls", "stls", "off"), str(old.get("POP3_TLS", "tls")))
    usual = 995 if tls == "tls" else 110
    port = number("Port", int(old.get("POP3_PORT", 0)) or usual, 1, 65535)
    if port != usual or "POP3_PORT" in old:
        new["POP3_PORT"] = port
    if tls == "off":
        allowed = choice("Send the password although all on the way can read it", ("yes", "no"), "no")
        new["POP3_CLEARTEXT"] = int(allowed == "yes")
    if host == TOKEN_ONLY:
        new["POP3_OAUTH"] = old.get("POP3_OAUTH") or "microsoft"
        text = "Client id of your app (this server takes no password: see OAuth 2 in the README, then `make authorize`)"
        new["POP3_CLIENT_ID"] = question(text, old.get("POP3_CLIENT_ID", ""))
    else:
        new["POP3_PASSWORD"] = secret("Mailbox password, or an app password", "POP3_PASSWORD")
    new["POP3_INTERVAL"] = number("Seconds between two looks", int(old.get("POP3_INTERVAL", 300)), 1, 86400)
    was = "yes" if old.get("POP3_DELETE") else "no"
    delete = choice("Delete mail from the server once it is safe on the board", ("yes", "no"), was)
    new["POP3_DELETE"] = int(delete == "yes")
    return new


def _given(text: str) -> Values:
    """What an old file says, as far as it can be read: its values are only offered as answers."""
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))
    from watcher.toml import Mistake, read

    try:
        return read(text.encode().splitlines())
    except Mistake:
        return {}


# --- the file ------------------------------------------------------------------------------------------------------


def _literal(value: str | int) -> str:
    """A value in the TOML that CircuitPython and the watcher read."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda control: f"\\u{ord(control[0]):04x}", escaped) + '"'


def _merged(old: str, new: Values) -> str:
    """The old text with the new values in the place of the old ones, and those that were not there at its end."""
    lines = (old or NEW_FILE).rstrip("\n").split("\n")
    left = dict(new)
    for place, line in enumerate(lines):
        key = line.partition("=")[0].strip()
        if key in left:
            lines[place] = f"{key} = {_literal(left.pop(key))}"
    first_table = next((place for place, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    lines[first_table:first_table] = [f"{key} = {_literal(value)}" for key, value in left.items()]
    return "\n".join(lines) + "\n"
