"""Which places are beside which: weights, frames of places, hexagon grids."""
