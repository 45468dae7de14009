"""What the host knows of each framework, without importing any."""
