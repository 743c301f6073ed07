"""How things look and what they are called: colours, frames, maps, tables, wording. Knows no topic."""
