"""Speed: benchmarks of the reference models, and the record of their results from night to night."""
