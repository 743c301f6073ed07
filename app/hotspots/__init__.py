"""Hot spots of a patch, what the map is worth, and when."""
