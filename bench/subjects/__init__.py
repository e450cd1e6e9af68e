"""What is measured: one module per subject (see `bench.registry`)."""
