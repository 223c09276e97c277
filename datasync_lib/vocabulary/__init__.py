"""What the tables and their columns are called and mean, and nothing else. Every room to the right uses these words."""
