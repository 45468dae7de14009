"""Right work in the styles of students, and wrong work: what fairness is measured on."""
