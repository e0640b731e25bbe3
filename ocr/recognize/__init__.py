"""Recognize: the characters of each line, by an engine of choice."""
