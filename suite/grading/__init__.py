"""A class is graded: submissions collected, run, judged, and their evidence kept."""
