"""Problem files: the page on which they are written, and what everyone reads of them."""
