"""What work costs: seconds, minutes, cents, words for them. Rule: pure; whole cents, rounded once, on the sum."""
