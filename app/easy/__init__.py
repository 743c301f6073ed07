"""The easy-read profile of a place: one idea and one picture at a time, in short sentences and large type."""
