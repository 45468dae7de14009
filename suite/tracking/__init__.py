"""Speed: the benchmarks of the reference models, and their record, night after night."""
