"""The asynchronous face: in virtual time, against real servers on both interpreters, cancelled at every await."""
