"""A Wi-Fi that is always there: the sockets are the computer's."""

STA_IF = 0
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202


class WLAN:
    def __init__(self, interface):
        pass

    def active(self, on=None):
        return True

    def isconnected(self):
        return True

    def connect(self, ssid, password):
        pass

    def disconnect(self):
        pass
