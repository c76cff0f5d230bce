"""What outlives the process. Rule: the only SQL; functions take the connection, callers own the transaction."""
