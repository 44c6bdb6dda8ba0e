"""What is remembered of a person, and the rules by which rows come, stay and go. Rows in, steps out."""
