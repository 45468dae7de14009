"""Is this model, or this layer, what it claims to be? Measures differences; the checks decide what they mean."""
