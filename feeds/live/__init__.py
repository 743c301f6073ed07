"""Live sources: what publishers offer as a service becomes the files that they publish in bulk, and the ordinary loader takes those."""
