"""Real and scripted POP3 servers for the tests, the simulation and the benchmarks, all on loopback, none installed."""
