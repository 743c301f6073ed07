"""The place brief: facts as published, their content, and each format that it is written in."""
