"""What is happening right now. Rule: pure and synchronous; time is an argument, nothing here reads a clock."""
