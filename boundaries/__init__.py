"""Areas by edition and every join to them: points to areas, residents across editions, patches, hexagons."""
