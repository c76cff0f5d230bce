"""A practice line: recorded calls of a real Asterisk, served on a manager socket. Rule: the wire is as the real one."""
