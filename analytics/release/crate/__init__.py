"""The crate of a release: one folder with figures, layout, provenance, signature, and a programme that attacks it from outside."""
