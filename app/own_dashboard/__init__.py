"""A dashboard of one's own: figures that a person puts together, each a tile, kept under their name and shared by a link."""
