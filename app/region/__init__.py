"""Many areas side by side on the community portal: a comparison, a map of a measure, a table of all; and the releases they are from."""
