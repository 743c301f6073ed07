"""What is withheld, and why: primary cells, the cells that would give them away, repair."""
