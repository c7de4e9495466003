"""The board's settings.toml: the few questions that make it, and reading it as the board does."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from boards.shared import asking, owner_only
from boards.shared.payload import FIRMWARE, NETWORK, SETTINGS
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

UNTYPED = "there is a character in it that cannot be seen, as arrow keys may leave it: type it again"
WPA_LEAST = 8  # characters of a Wi-Fi password (WPA, IEEE 802.11)
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
        other = "" if path == SETTINGS else f" SETTINGS={path}"
        raise Refusal(f"there is no {path.name}: `make settings{other}` makes it")
    try:
        return read(str(path))
    except Trouble as trouble:
        raise Refusal(str(trouble)) from None


# --- the questions -------------------------------------------------------------------------------------------------


def make(
    path: Path,
    steps: Steps,
    ask: Callable[[str], str] = asking.ask,
    ask_secret: Callable[[str], str] = asking.ask_secret,
) -> None:
    """Ask the few questions and write the file, readable by its owner alone. What else stands in it stays.

    :param path: the file; its values are offered as answers if it is there
    :param ask: shows a question and returns the answer
    :param ask_secret: the same without showing what is typed
    :raises Refusal: if nobody is there to answer
    """
    if ask is asking.ask and not asking.somebody_is_there():
        raise Refusal("settings are asked for: run `make settings` in a terminal")
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        own = path.with_name(NETWORK).is_file()
        if own:
            steps.out(f"{NETWORK} is there: it sees to the network")
        answers = _Questions(_given(old), steps, ask, ask_secret).answers(wifi=not own)
    except EOFError:
        raise Refusal("the questions were not answered: nothing is written") from None
    for key, value in answers.items():
        steps.out(f"{key} = {HIDDEN if key in SECRETS and value else literal(value)}")
    steps.do(f"write {path} (mode 600)", owner_only.write, path, merged(old, answers).encode())


class _Questions:
    """Asks, with the old answers to choose from, and asks again with the reason where an answer will not do."""

    def __init__(self, old: Values, steps: Steps, ask: Callable[[str], str], ask_secret: Callable[[str], str]):
        self._old, self._steps, self._ask, self._ask_secret = old, steps, ask, ask_secret

    def answers(self, wifi: bool = True) -> Values:
        """All answers, by the key of the setting.

        :param wifi: whether to ask for it
        """
        old, new = self._old, {}
        if wifi:
            new["CIRCUITPY_WIFI_SSID"] = self._text("Wi-Fi network", str(old.get("CIRCUITPY_WIFI_SSID", "")))
            new["CIRCUITPY_WIFI_PASSWORD"] = self._wifi_password()
        new["POP3_USER"] = user = self._text("Mailbox user, most often the mail address", str(old.get("POP3_USER", "")))
        domain = user.rpartition("@")[2].lower() if "@" in user else ""
        guess = SERVERS.get(domain, f"pop.{domain}" if domain else "")
        new["POP3_HOST"] = host = self._text("POP3 server", str(old.get("POP3_HOST", guess)))
        new["POP3_TLS"] = tls = self._choice("Encryption", ("tls", "stls", "off"), str(old.get("POP3_TLS", "tls")))
        usual = 995 if tls == "tls" else 110
        port = self._number("Port", old.get("POP3_PORT") or usual, 1, 65535)
        if port != usual or "POP3_PORT" in old:
            new["POP3_PORT"] = port
        if tls == "off":
            allowed = self._choice("Send the password although all on the way can read it", ("yes", "no"), "no")
            new["POP3_CLEARTEXT"] = int(allowed == "yes")
        if host == TOKEN_ONLY:
            new["POP3_OAUTH"] = self._old.get("POP3_OAUTH") or "microsoft"
            text = "Client id of your app (this server takes no password: see OAuth 2 in README, then `make authorize`)"
            new["POP3_CLIENT_ID"] = self._text(text, str(self._old.get("POP3_CLIENT_ID", "")))
        else:
            new["POP3_PASSWORD"] = self._secret("Mailbox password, or an app password", "POP3_PASSWORD")
        new["POP3_INTERVAL"] = self._number("Seconds between two looks", old.get("POP3_INTERVAL", 300), 1, 86400)
        was = "yes" if old.get("POP3_DELETE") else "no"
        delete = self._choice("Delete mail from the server once it is safe on the board", ("yes", "no"), was)
        new["POP3_DELETE"] = int(delete == "yes")
        return new

    def _line(self, text: str, default: str) -> str:
        while True:
            answer = self._ask(f"{text} [{default}]: " if default else f"{text}: ").strip() or default
            if answer and answer.isprintable():
                return answer
            self._steps.out(UNTYPED if answer else "an answer is needed here")

    def _text(self, text: str, default: str) -> str:
        return self._line(text, default)

    def _choice(self, text: str, among: tuple[str, ...], default: str) -> str:
        while True:
            answer = self._line(f"{text} ({', '.join(among)})", default)
            found = asking.meant(answer, among)
            if found:
                return found
            self._steps.out(f"{answer!r} is none of these: {', '.join(among)}")

    def _secret(self, text: str, key: str, may_be_empty: bool = False) -> str:
        kept = str(self._old.get(key, ""))
        while True:
            answer = self._ask_secret(f"{text} [{HIDDEN}]: " if kept else f"{text}: ") or kept
            if answer.isprintable() and (answer or may_be_empty):
                return answer
            self._steps.out(UNTYPED if answer else "without it nobody can log in")

    def _wifi_password(self) -> str:
        while True:
            answer = self._secret("Wi-Fi password (empty for an open network)", "CIRCUITPY_WIFI_PASSWORD", True)
            if not 0 < len(answer.encode()) < WPA_LEAST:
                return answer
            self._steps.out(f"a Wi-Fi password has {WPA_LEAST} characters at least")

    def _number(self, text: str, default: str | int, least: int, most: int) -> int:
        while True:
            answer = self._line(text, str(default))
            if answer.isascii() and answer.isdecimal() and least <= int(answer) <= most:
                return int(answer)
            self._steps.out(f"{answer!r} will not do: a whole number from {least} to {most} is wanted, in digits only")


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


def literal(value: str | int) -> str:
    """A value in the TOML that CircuitPython and the watcher read."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda control: f"\\u{ord(control[0]):04x}", escaped) + '"'


def merged(old: str, new: Values) -> str:
    """The old text with the new values in the place of the old ones, and those that were not there at its end."""
    lines = (old or NEW_FILE).rstrip("\n").split("\n")
    left = dict(new)
    for place, line in enumerate(lines):
        key = line.partition("=")[0].strip()
        if key in left:
            lines[place] = f"{key} = {literal(left.pop(key))}"
    first_table = next((place for place, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    lines[first_table:first_table] = [f"{key} = {literal(value)}" for key, value in left.items()]
    return "\n".join(lines) + "\n"
