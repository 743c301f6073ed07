"""My patch: what to look at first before a shift, on one screen."""
