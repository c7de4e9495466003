"""The Wi-Fi of the virtual board: a station that joins, loses and finds again the one network there is."""

from _board import link

STA_IF = 0
AP_IF = 1

# what status() says differs from chip to chip
_RP2 = {"idle": 0, "joining": 1, "up": 3, "failed": -1, "no_ap": -2, "wrong_password": -3}
_ESP32 = {"idle": 1000, "joining": 1001, "up": 1010, "failed": 203, "no_ap": 201, "wrong_password": 202}

STAT_IDLE = STAT_CONNECTING = STAT_GOT_IP = STAT_CONNECT_FAIL = STAT_NO_AP_FOUND = STAT_WRONG_PASSWORD = 0

_status = _RP2
_name = "virtual"
_country = "XX"


def _power_on(chip):
    global _status, STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP, STAT_CONNECT_FAIL, STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD
    _status = _ESP32 if chip == "esp32" else _RP2
    STAT_IDLE = _status["idle"]
    STAT_CONNECTING = _status["joining"]
    STAT_GOT_IP = _status["up"]
    STAT_CONNECT_FAIL = _status["failed"]
    STAT_NO_AP_FOUND = _status["no_ap"]
    STAT_WRONG_PASSWORD = _status["wrong_password"]


def hostname(name=None):
    global _name
    _name = name or _name
    return _name


def country(code=None):
    global _country
    _country = code or _country
    return _country


class WLAN:
    IF_STA = STA_IF
    IF_AP = AP_IF
    PM_NONE = PM_PERFORMANCE = PM_POWERSAVE = 0

    def __init__(self, interface=STA_IF):
        self._station = interface == STA_IF

    def active(self, on=None):
        if on is not None and self._station:
            link.ask("wifi_active %d" % bool(on))
        return self._station and link.ask("wifi_is_active") == "1"

    def connect(self, ssid=None, key=None, **_):
        if not self.active():
            raise OSError(0x3001 if _status is _ESP32 else 1)
        link.ask("wifi_connect %s %s" % (_hex(ssid), _hex(key)))

    def disconnect(self):
        link.ask("wifi_disconnect")

    def isconnected(self):
        return self._station and link.ask("wifi_status") == "up"

    def status(self, what=None):
        if what == "rssi":
            return -55
        if what is not None:
            raise ValueError("unknown status param")
        return _status[link.ask("wifi_status")]

    def ifconfig(self, addresses=None):
        if not self.isconnected():
            return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")
        return ("192.0.2.17", "255.255.255.0", "192.0.2.1", "192.0.2.1")

    def ipconfig(self, what):
        address, mask, gateway, _ = self.ifconfig()
        return {"addr4": (address, mask), "gw4": gateway, "has_dhcp4": self.isconnected(), "dhcp4": True}[what]

    def scan(self):
        return (
            []
            if link.ask("wifi_ssid") == "-"
            else [(bytes.fromhex(link.ask("wifi_ssid")), b"\2" * 6, 6, -55, 3, False)]
        )

    def config(self, what=None, **settings):
        if what is None:
            return None
        if what == "mac":
            return b"\x02\x00\x00\x00\x00\x11"
        if what in ("ssid", "essid"):
            ssid = link.ask("wifi_ssid")
            return "" if ssid == "-" else bytes.fromhex(ssid).decode()
        raise ValueError("unknown config param")


def _hex(text):
    if text is None:
        return "-"
    return (text.encode() if isinstance(text, str) else bytes(text)).hex() or "-"
