"""How people are protected: what was withheld, what was attacked, what remains possible."""
