"""The leaf package: settings, errors, database handles, provenance and the contracts between stages."""
