"""Models of places behind an ethics board: fit, card, transparency record."""
