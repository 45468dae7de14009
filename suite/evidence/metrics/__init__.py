"""How well a model predicts rows that it has never seen."""
