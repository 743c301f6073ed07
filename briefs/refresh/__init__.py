"""From one edition of a brief to the next: what people wrote is taken along, and what changed is a document of its own."""
