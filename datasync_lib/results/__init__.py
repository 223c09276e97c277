"""What the analyses give, as tables: worked out when it is asked for, kept by what it was made from, split where large."""
