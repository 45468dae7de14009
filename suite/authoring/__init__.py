"""Makes and tests an assignment: freezes and calibrates references, grades mutants and other right solutions."""
