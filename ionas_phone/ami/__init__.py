"""The wire to Asterisk. Rule: header names and the word "agent" are known in here and nowhere else."""
