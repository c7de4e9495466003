"""What holds for every input: searched with hypothesis, briefly in `make test`, for long in `make fuzz`."""
