"""The public pages in more than one language: which are complete, where they stand, and a release in the words of a language."""
