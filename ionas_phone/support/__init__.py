"""Helping customers: numbers, customers, sessions. Rule: pure; no clock, no database, no socket."""
