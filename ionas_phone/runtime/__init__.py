"""The imperative shell around the live picture. Rule: what is impure is thin and stands here; nothing decides here."""
