"""What contradicts itself across the rows of all tables."""
