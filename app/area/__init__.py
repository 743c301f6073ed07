"""The published profile of an area: found, read, drawn, downloaded."""
