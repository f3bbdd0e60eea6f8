"""What `make bench` measures. Each module offers `run() -> list[tuple[what, figure, target]]`."""
