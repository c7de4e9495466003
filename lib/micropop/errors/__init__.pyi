from .calls import CleartextRefused as CleartextRefused
from .calls import InvalidArgument as InvalidArgument
from .calls import InvalidIndex as InvalidIndex
from .calls import InvalidState as InvalidState
from .calls import LimitExceeded as LimitExceeded
from .calls import PayloadTooSmall as PayloadTooSmall
from .calls import PoolEmpty as PoolEmpty
from .connection import ConnectionLost as ConnectionLost
from .connection import ProtocolError as ProtocolError
from .connection import Timeout as Timeout
from .connection import TLSError as TLSError
from .files import StoreError as StoreError
from .files import StoreFull as StoreFull
from .root import Error as Error
from .server import AuthenticationError as AuthenticationError
from .server import InUse as InUse
from .server import LoginDelay as LoginDelay
from .server import PermanentFailure as PermanentFailure
from .server import ServerError as ServerError
from .server import TemporaryFailure as TemporaryFailure

__all__ = ["Error"]

STAYS: bool
