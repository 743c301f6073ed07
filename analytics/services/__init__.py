"""How far homes are from services, and where one more would reach most people."""
