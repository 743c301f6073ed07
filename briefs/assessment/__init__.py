"""The strategic needs assessment of a whole area: what was published about it, what was analysed, and who supplied what."""
