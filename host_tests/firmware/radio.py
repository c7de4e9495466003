"""A stand-in for the radio of a board."""

import sys
import types

import pytest
import watcher


class Network(types.ModuleType):
    """MicroPython's network module: joins at once unless ``status`` says why not."""

    STA_IF, STAT_IDLE, STAT_GOT_IP, STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 0, 0, 3, 201, 202

    def __init__(self):
        super().__init__("network")
        self.on, self.connected, self.status, self.switched_off = False, False, self.STAT_GOT_IP, 0
        self.asked: tuple = ()
        self.refusing: set[str] = set()
        """Names of networks that refuse every password."""
        outer = self

        class WLAN:
            def __init__(self, interface: int):
                assert interface == outer.STA_IF

            def active(self, on: bool | None = None) -> bool:
                if on is not None:
                    outer.switched_off += outer.on and not on
                    outer.on = on
                return outer.on

            def disconnect(self) -> None:
                if not outer.connected:
                    raise OSError("Wifi Not Started")
                outer.connected = False

            def connect(self, ssid: str, password: str | None) -> None:
                assert outer.on
                outer.asked = (ssid, password)
                outer.connected = outer.status == outer.STAT_GOT_IP and ssid not in outer.refusing

            def isconnected(self) -> bool:
                return outer.connected

            def status(self) -> int:
                return outer.STAT_WRONG_PASSWORD if outer.asked[0] in outer.refusing else outer.status

        self.WLAN = WLAN


def install(monkeypatch: pytest.MonkeyPatch) -> Network:
    """A radio that the watcher takes for the board's."""
    made = Network()
    monkeypatch.setitem(sys.modules, "network", made)
    for name in ("wifi_micropython", "network"):  # loaded anew, they meet it
        monkeypatch.delitem(sys.modules, "watcher." + name, raising=False)
        monkeypatch.delattr(watcher, name, raising=False)
    return made
