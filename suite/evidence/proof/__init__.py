"""Is this model, or this layer, what it claims to be? Distances are measured here; what they mean, the checks say."""
