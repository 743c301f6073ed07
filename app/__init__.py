"""The portal: two audiences, one code base. Sees core, what was published, and briefs."""
