"""ionas_phone: the telephone desk of ionas. Rule: import nothing here, so that every layer stays importable alone."""
