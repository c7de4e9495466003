"""Errors of TLS: a message for each situation; %s takes a detail."""

TEXTS = {
    "no stls": "the server does not start TLS on this port (%s): use tls=True and port 995",
    "unknown-ca": (
        "TLS failed: no certificate authority that is known here, or was given as ca=, signed this server's"
        " certificate (%r)"
    ),
    "unknown-ca or memory": (
        "TLS failed: too little free memory for it (free what you can, gc.collect(), then connect first of all), or no"
        " certificate authority given as ca= signed this server's certificate (%r)"
    ),
    "unknown-ca or wrong-host": (
        "TLS failed: the server's certificate is for another host name, or no certificate authority that the firmware"
        " knows, or that was given as ca=, signed it (%r)"
    ),
    "wrong-host": "TLS failed: the server's certificate is for another host name (%r)",
    "dates": "TLS failed: the certificate is not valid today, or the clock is not set: set it, ntptime.settime() (%r)",
    "memory": "TLS failed: too little free memory: free what you can, gc.collect(), then connect first of all (%r)",
    "handshake": "TLS failed: the server hung up or does not agree with this firmware, or this is no TLS port (%r)",
}
