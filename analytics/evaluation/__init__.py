"""What became of a response to a problem: places alike, a plan written first, the effect with its interval, displacement, and the words."""
