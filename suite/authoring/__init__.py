"""An assignment is made and tested: references frozen and calibrated, mutants and other right solutions graded."""
