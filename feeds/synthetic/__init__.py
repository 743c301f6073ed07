"""The synthetic county: Homeshire, which does not exist, in the publishers' own file formats, with a truth that is known."""
