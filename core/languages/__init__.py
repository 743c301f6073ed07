"""The languages of the public pages: which one is spoken now, and the catalogues of their sentences."""
