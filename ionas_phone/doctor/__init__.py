"""What is wrong with an installation, and what to do. Rule: it looks and tells; it mends nothing and rings nobody."""
