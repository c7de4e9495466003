"""What is fetched or made on this computer, for the commands, the virtual board and the tests: all in .private/."""
