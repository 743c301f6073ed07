"""Questions of residents: what is taken out of their words, and the receipt by which they follow up. Imports nothing that connects."""
