"""How the tables came about. Rule: a migration that has been released is never changed; the next one mends it."""
