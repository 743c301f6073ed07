"""Pages of both portals: filters, one read, empty state, suppressed state, view, download."""
