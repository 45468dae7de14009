"""Keras 3 and Keras 2, both on TensorFlow."""
