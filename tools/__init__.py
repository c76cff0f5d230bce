"""The house rules that no library checks. Rule: every check tells file and line, and has a test showing it fail."""
