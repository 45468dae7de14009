"""How well a model predicts what it has never seen."""
