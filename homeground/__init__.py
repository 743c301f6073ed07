"""The command line: one module a command group, each thin over the package that does the work."""
