"""The drawings of a brief: its map, its charts, and what lies on a map."""
