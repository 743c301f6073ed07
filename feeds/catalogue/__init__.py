"""The catalogue: what a feed is, what it writes, where its files come from, what is checked."""
