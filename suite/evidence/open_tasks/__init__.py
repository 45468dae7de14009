"""Open tasks: any model within bounds, by its score on held-out rows: `OpenExaminer`, `OpenData`."""
