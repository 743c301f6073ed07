"""What the rows of a feed become: one module for each shape of record."""
