"""What people say: read by known words, held against what they said before, stored whole or not at all."""
