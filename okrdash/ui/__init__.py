"""The shell around the pages and what they are composed of."""
