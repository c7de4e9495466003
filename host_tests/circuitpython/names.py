"""What there is on a CircuitPython board (9 and 10) with Wi-Fi: built-ins, modules and their members.

From the firmware's sources and from circuitpython-stubs. A board may have more; what is not here must be looked
up first.
"""

BUILTINS = set(
    """
    __build_class__ __debug__ __file__ __import__ __name__ __path__ abs all any bin bool bytearray bytes
    callable chr classmethod delattr dict dir divmod enumerate eval exec filter float frozenset getattr globals
    hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next
    object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str
    sum super tuple type zip
    ArithmeticError AssertionError AttributeError BaseException BrokenPipeError ConnectionError EOFError
    Ellipsis Exception GeneratorExit ImportError IndentationError IndexError KeyError KeyboardInterrupt
    LookupError MemoryError NameError NotImplemented NotImplementedError OSError OverflowError RuntimeError
    StopAsyncIteration StopIteration SyntaxError SystemExit TimeoutError TypeError UnicodeError ValueError
    ZeroDivisionError
    """.split()
)

_MEMBERS = {
    "adafruit_connection_manager": "get_connection_manager get_radio_socketpool get_radio_ssl_context"
    " connection_manager_close_all ConnectionManager CPythonNetwork",
    "adafruit_hashlib": "md5 sha1 sha224 sha256 sha384 sha512 new",
    "alarm": "SleepMemory exit_and_deep_sleep_until_alarms light_sleep_until_alarms sleep_memory wake_alarm pin time"
    " touch",
    "array": "array",
    "atexit": "register unregister",
    "binascii": "a2b_base64 b2a_base64 crc32 hexlify unhexlify",
    "collections": "OrderedDict deque namedtuple",
    "digitalio": "DigitalInOut Direction DriveMode Pull",
    "errno": "EACCES EADDRINUSE EAGAIN EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST EHOSTUNREACH"
    " EINPROGRESS EINVAL EIO EISDIR ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EOPNOTSUPP EPERM ETIMEDOUT errorcode",
    "gc": "collect disable enable isenabled mem_alloc mem_free",
    "hashlib": "Hash new",
    "io": "BytesIO StringIO FileIO TextIOWrapper open",
    "json": "dump dumps load loads",
    "math": "ceil floor sqrt pow log exp fabs pi e",
    "microcontroller": "Pin Processor ResetReason RunMode cpu cpus delay_us disable_interrupts enable_interrupts nvm"
    " on_next_reset pin reset watchdog",
    "micropython": "const opt_level",
    "neopixel_write": "neopixel_write",
    "os": "chdir getcwd getenv listdir mkdir remove rename rmdir sep stat statvfs sync uname unlink urandom utime",
    "random": "choice getrandbits randint random randrange seed uniform",
    "rtc": "RTC set_time_source",
    "socketpool": "Socket SocketPool",
    "ssl": "SSLContext SSLSocket create_default_context",
    "storage": "VfsFat disable_usb_drive enable_usb_drive erase_filesystem getmount mount remount umount",
    "struct": "calcsize pack pack_into unpack unpack_from",
    "supervisor": "RunReason Runtime get_previous_traceback get_setting reload runtime set_next_code_file ticks_ms",
    "sys": "argv byteorder exit implementation maxsize modules path platform stderr stdin stdout version version_info",
    "time": "localtime mktime monotonic monotonic_ns sleep struct_time time",
    "traceback": "format_exception print_exception",
    "usb_cdc": "Serial console data disable enable",
    "watchdog": "WatchDogMode WatchDogTimeout WatchDogTimer",
    "wifi": "AuthMode Monitor Network PowerManagement Radio ScannedNetworks radio",
}

MODULES: dict[str, set[str] | None] = {name: set(members.split()) for name, members in _MEMBERS.items()}
"""The members of each module by its name; None where each board has its own."""
MODULES["board"] = None

NOT_METHODS = set(
    """
    as_integer_ratio bit_count bit_length casefold expandtabs format_map isalnum isascii isdecimal isidentifier
    isnumeric isprintable istitle ljust maketrans removeprefix removesuffix rjust swapcase title translate zfill
    read_text write_text read_bytes write_bytes hexdigest with_traceback add_note
    """.split()
)
"""Methods of CPython's types that the firmware's do not have (or, as hexdigest, not of every firmware)."""

NEVER_RETURN = {"exit_and_deep_sleep_until_alarms"}
"""Functions behind which nothing runs."""
