"""Where there is more than chance would give: hot spot maps of neighbourhoods and hexagons, and outliers by rate."""
