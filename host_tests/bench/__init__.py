"""What micropop costs, measured: memory, throughput, round trips, beside the programs that people would use instead."""
