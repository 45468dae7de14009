"""One run is watched, and its process is asked what it holds."""
