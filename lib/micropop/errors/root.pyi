STAYS: bool

class Error(Exception):
    status: int
    fatal: bool
    retry: bool
