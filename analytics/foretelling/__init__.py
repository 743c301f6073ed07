"""Where the next month's incidents are expected, and how well that was foretold before (docs/decisions/0100)."""
