"""What to do about each error. Loaded to make an exception, and forgotten again; so are the texts, ``advice_*.py``."""

from . import errors, unload

# the exceptions, and the situations that they are for
_KINDS = (
    "LimitExceeded:limit:",
    "ProtocolError:line:endless:unasked:protocol:impostor:attack:",
    "ConnectionLost:close:lost:connect:host:",
    "Timeout:timeout:os timeout:",
    "InvalidArgument:no ca:bad ca:radio:own roots:text:method:md5:sha256:language:lines:tls:",
    "TLSError:no stls:stls:unknown-ca:unknown-ca or memory:unknown-ca or wrong-host:wrong-host:dates:memory:handshake:",
    "AuthenticationError:APOP:unusable:",
    "CleartextRefused:cleartext:",
    "PayloadTooSmall:pool:size:",
    "PoolEmpty:allocate:",
    "InvalidState:release:open:end:closed:login first:logged in:",
    "InvalidIndex:index:no mail:",
)
# where the texts are; a module at a time is in memory, as an error may come where little is free
_PARTS = ("network", "tls", "login", "use")


def exception(situation, details):
    """The exception for ``situation``: see ``errors.problem``."""
    if situation == "reply":
        from .advice_reply import refused

        return refused(*details)
    if situation == "state":
        situation, details = state(*details)
    elif situation == "number":
        situation, details = number(*details)
    elif situation == "line":
        from .advice_reply import text_of

        details = (text_of(*details)[:60],)
    elif situation == "os":
        situation = os_error(*details)
    name = kind_of(situation)
    text = worded(situation, details)
    kind = getattr(errors, name)
    made = kind("", text) if name == "AuthenticationError" else kind(text)
    if name == "TLSError":
        made.reason = situation
    elif situation == "no mail":
        made.status = 0xB2
    return made


def kind_of(situation):
    # the name of its exception
    for names in _KINDS:
        if ":" + situation + ":" in names:
            return names[: names.find(":")]
    raise KeyError(situation)


def worded(situation, details):
    # its message, or where the memory is used up just what it is called
    for part in _PARTS:
        name = "advice_" + part
        try:
            text = __import__("micropop." + name, None, None, ("TEXTS",)).TEXTS.get(situation)
            if text is not None:
                return text % details if details else text
        except MemoryError:
            break
        finally:
            unload(name)
    return situation


def state(current, busy):
    # what stands in the way of a command
    if busy:
        return "open", ()
    if current == "CLOSED":
        return "closed", ()
    if current == "AUTHORIZATION":
        return "login first", ()
    return "logged in", (current,)


def number(given, highest):
    # an index that no mail can have
    if isinstance(given, int) and given is not True and given > 0:
        return "no mail", (given, highest)
    return "index", (given,)


def os_error(error):
    # a socket's exception
    code = error.args[0] if error.args else None
    if code in (110, 116, 60, -110, -116, "timed out") or type(error).__name__ == "TimeoutError":
        return "os timeout"
    return "lost"
