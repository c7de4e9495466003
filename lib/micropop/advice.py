"""What to do about each error. Loaded to make an exception, and forgotten again; so are the texts, ``advice_*.py``."""

from . import errors, unload

# the module with the texts, of which one is loaded as little memory may be free; the exception; its situations
_KINDS = (
    "network:LimitExceeded:limit:",
    "network:ProtocolError:line:endless:unasked:protocol:impostor:attack:",
    "network:ConnectionLost:close:lost:connect:host:",
    "network:Timeout:timeout:os timeout:",
    "tls:InvalidArgument:no ca:bad ca:radio:own roots:",
    "tls:TLSError:no stls:stls:unknown-ca:unknown-ca or memory:unknown-ca or wrong-host:wrong-host:dates:",
    "tls:TLSError:memory:handshake:",
    "login:InvalidArgument:text:method:md5:sha256:",
    "login:AuthenticationError:APOP:unusable:",
    "login:CleartextRefused:cleartext:",
    "use:InvalidArgument:language:lines:tls:",
    "use:PayloadTooSmall:pool:size:",
    "use:PoolEmpty:allocate:",
    "use:InvalidState:release:open:end:closed:login first:logged in:",
    "use:InvalidIndex:index:no mail:",
)


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
    part, name = kind_of(situation)
    text = worded(part, situation, details)
    kind = getattr(errors, name)
    made = kind("", text) if name == "AuthenticationError" else kind(text)
    if name == "TLSError":
        made.reason = situation
    elif situation == "no mail":
        made.status = 0xB2
    return made


def kind_of(situation):
    # where its text is, and the name of its exception
    for names in _KINDS:
        if ":" + situation + ":" in names:
            return names.split(":", 2)[:2]
    raise KeyError(situation)


def worded(part, situation, details):
    # its message, or where the memory is used up just what it is called
    part = "advice_" + part
    try:
        text = __import__("micropop." + part, None, None, ("TEXTS",)).TEXTS[situation]
        return text % details if details else text
    except MemoryError:
        return situation
    finally:
        unload(part)


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
