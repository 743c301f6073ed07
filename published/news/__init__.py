"""What is new about a place since a day, and the letters that tell its news to whoever asked for them."""
