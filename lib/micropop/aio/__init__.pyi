from .client import AsyncClient as AsyncClient
from .connection import connect as connect
from .mail import read as read
