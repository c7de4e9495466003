"""The settings: read from settings.toml and checked, every mistake named. ``settings.example.toml`` explains each."""

from .trouble import SETTINGS, Trouble

PATH = "/settings.toml"

# what holds when it is not given; None: it must be given
_KNOWN = {
    "CIRCUITPY_WIFI_SSID": None,
    "CIRCUITPY_WIFI_PASSWORD": "",
    "POP3_HOST": None,
    "POP3_PORT": 0,
    "POP3_TLS": "tls",
    "POP3_CA": "/ca.der",
    "POP3_USER": None,
    "POP3_PASSWORD": "",
    "POP3_TOKEN": "",
    "POP3_OAUTH": "",
    "POP3_METHOD": "",
    "POP3_CLEARTEXT": 0,
    "POP3_TIMEOUT": 30,
    "POP3_INTERVAL": 300,
    "POP3_RETRY": 15,
    "POP3_SLEEP": 0,
    "POP3_WATCHDOG": 1,
    "POP3_NTP": "pool.ntp.org",
    "POP3_FOLDER": "/mail",
    "POP3_DELETE": 0,
    "POP3_DELETE_AFTER": 0,
    "POP3_LIMIT": 65536,
    "POP3_KEEP": 50,
    "POP3_LED": "LED",
    "POP3_RGB_LED": "",
    "POP3_LOG": 8192,
    "POP3_PAYLOAD": 512,
    "POP3_PACKETS": 2,
}
# ... with POP3_OAUTH
_OAUTH = {
    "POP3_CLIENT_ID": None,
    "POP3_CLIENT_SECRET": "",
    "POP3_SCOPE": "",
    "POP3_OAUTH_AUTHORIZE": "",  # for `make authorize` alone, as the next
    "POP3_OAUTH_DEVICE": "",
    "POP3_TOKEN_FILE": "/token.txt",
    "POP3_TOKEN_CA": "/token.der",
}
# the least and the most that a number may be; of the others, 0 and 1
_BOUNDS = {
    "POP3_PORT": (0, 65535),
    "POP3_TIMEOUT": (1, 600),
    "POP3_INTERVAL": (1, 86400),
    "POP3_RETRY": (1, 3600),
    "POP3_DELETE_AFTER": (0, 3650),
    "POP3_LIMIT": (1024, 0x3FFFFFFF),
    "POP3_KEEP": (0, 10000),
    "POP3_LOG": (0, 0x100000),
    "POP3_PAYLOAD": (64, 65536),
    "POP3_PACKETS": (1, 1000),
}
_MODES = ("tls", "stls", "off")
SECRETS = ("PASSWORD", "TOKEN", "CLIENT_SECRET")  # what no log shows, nor the passwords in "WIFI"
_PROVIDERS = ("microsoft", "google", "https:")


def load(path=PATH):
    """All settings: a dict of texts and whole numbers by key, without its ``POP3_`` or ``CIRCUITPY_`` to spare memory.

    Keys of the user's own, which begin with ``MY_``, are there too. ``WIFI`` is a list of (name, password), one for
    each network; it is empty where a ``my_network.py`` beside the file sees to the network.

    :param str path: the file
    Raises Trouble, which names the key, or the line where no key can be read, and shows no value.
    """
    from .toml import Mistake, read

    try:
        with open(path, "rb") as file:
            given = read(file)
    except OSError:
        raise Trouble(SETTINGS, "there is no %s: `make settings` makes one" % path)
    except Mistake as mistake:
        raise Trouble(SETTINGS, "%s, %s" % (path, mistake))
    return checked(given, _is_there(path[: path.rfind("/") + 1] + "my_network"))


def _is_there(module):
    from os import stat

    for ending in (".py", ".mpy"):
        try:
            stat(module + ending)
            return True
        except OSError:
            pass
    return False


def checked(given, own=False):
    """The settings, completed, of a dict of those that are given. Raises Trouble: see ``load()``.

    :param bool own: whether the network is the user's own affair
    """
    found = {}
    known = dict(_KNOWN)
    if own:
        known["CIRCUITPY_WIFI_SSID"] = ""
    if given.get("POP3_OAUTH"):
        known.update(_OAUTH)
    for key, default in known.items():
        value = given.get(key, default)
        if value is None or (default is None and not value):
            raise Trouble(SETTINGS, key + " is missing")
        if key.endswith("_LED"):
            if not isinstance(value, (int, str)):
                raise Trouble(SETTINGS, key + " must be the number of a pin, or its name in quotation marks")
        elif isinstance(default, int):
            least, most = _BOUNDS.get(key, (0, 1))
            if not isinstance(value, int) or not least <= value <= most:
                raise Trouble(SETTINGS, "%s must be a whole number from %d to %d" % (key, least, most))
        elif not isinstance(value, str):
            raise Trouble(SETTINGS, key + " must be text in quotation marks")
        found[key[5:] if key.startswith("POP3_") else key[10:]] = value
    del found["WIFI_SSID"], found["WIFI_PASSWORD"]
    found["WIFI"] = [] if own else _networks(given)
    for key in given:
        if key.startswith("MY_"):
            found[key] = given[key]
        elif key not in known and key not in _OAUTH and not key.startswith("CIRCUITPY_"):  # those are the firmware's
            raise Trouble(SETTINGS, key + " is no setting (a key of your own begins with MY_)")
    if found["DELETE"] and "POP3_KEEP" not in given:
        found["KEEP"] = 0  # what is nowhere else is not to be removed, unless the user says so
    if found["TLS"] not in _MODES:
        raise Trouble(SETTINGS, 'POP3_TLS must be "tls", "stls" or "off"')
    if found["OAUTH"]:
        if found["OAUTH"].split("/")[0] not in _PROVIDERS:
            raise Trouble(SETTINGS, 'POP3_OAUTH must be "microsoft", "google", or an address that begins with https://')
    elif not found["PASSWORD"] and not found["TOKEN"]:
        raise Trouble(SETTINGS, "POP3_PASSWORD (or POP3_OAUTH, or POP3_TOKEN) is missing")
    return found


def _networks(given):
    # the Wi-Fi networks, in their order: (name, password) of each
    found = []
    for ending in ("", "_2", "_3", "_4", "_5", "_6", "_7", "_8", "_9"):
        key = "CIRCUITPY_WIFI_SSID" + ending
        ssid = given.get(key, "")
        password = given.get("CIRCUITPY_WIFI_PASSWORD" + ending, "")
        for name, value in ((key, ssid), ("CIRCUITPY_WIFI_PASSWORD" + ending, password)):
            if not isinstance(value, str):
                raise Trouble(SETTINGS, name + " must be text in quotation marks")
        if ssid:
            found.append((ssid, password))
        elif password:
            raise Trouble(SETTINGS, key + " is missing")
    return found
