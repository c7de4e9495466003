"""The faces that other libraries gave: poplib's and the NetX POP3 Client's, against real servers."""
