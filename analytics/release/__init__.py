"""From safe tables to what is published: build, attack, publish, answer, export. Knows no topic of the analysis."""
