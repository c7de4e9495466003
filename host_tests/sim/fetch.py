"""Runs on the board: joins the Wi-Fi, sets the clock, and downloads the mail into the flash, over TLS."""

import gc
import hashlib
import os
import time
from binascii import hexlify

import micropop
import network
import ntptime

RESERVE = 16384  # bytes of flash that stay free

lowest = gc.mem_free()


def look(_=None, __=None):
    """Note how much of the heap is free when all that is garbage is gone."""
    global lowest
    gc.collect()
    lowest = min(lowest, gc.mem_free())


def room():
    """Bytes of flash that a mail may take."""
    found = os.statvfs("/")
    return found[0] * found[3] - RESERVE


class Hash:
    """A stream that keeps nothing but the SHA-256 of what is written to it."""

    def __init__(self):
        self.sha = hashlib.sha256()

    def write(self, data):
        self.sha.update(data)


def fetch(client, number, octets):
    """Download one mail into the flash, or past it where it does not fit, and say so in a line."""
    start = time.ticks_ms()
    digest = ""
    with client.retrieve(number) as message:
        if octets < room():
            with open(f"/mail/{number}.eml", "wb") as file:
                size = message.save(file)
        else:
            through = Hash()
            size = message.save(through)
            digest = hexlify(through.sha.digest()).decode()
        look()
    print("mail", number, size, time.ticks_diff(time.ticks_ms(), start), digest)


def main(account):
    """``account``: host, port, user, password, payload_size, packets."""
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("anything", "as it is virtual")
    while not wlan.isconnected():
        time.sleep_ms(20)
    ntptime.settime()
    print("wifi", wlan.ifconfig()[0])
    pool = micropop.PacketPool(account["payload_size"], account["packets"])
    with open("/ca.der", "rb") as file:
        ca = file.read()
    client = micropop.connect(account["host"], account["port"], pool=pool, ca=ca)
    look()
    client.login(account["user"], account["password"])
    look()
    count, octets = client.stat()
    print("stat", count, octets)
    try:
        os.mkdir("/mail")
    except OSError:
        pass
    start = time.ticks_ms()
    sizes = {}
    for number, octets in client.list():
        sizes[number] = octets
    for number in sorted(sizes):
        fetch(client, number, sizes[number])
    client.quit()
    print("done", time.ticks_diff(time.ticks_ms(), start), lowest, pool.total - pool.low_water, pool.total)
