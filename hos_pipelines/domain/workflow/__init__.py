"""The complete workflow of a person: which stages there are, what each needs, and what becomes of them."""
