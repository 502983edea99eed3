"""The security administrator's desk: organisations, people and their duties."""
