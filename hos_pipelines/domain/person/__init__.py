"""What people say of themselves and what they do: facts with validity, items of plans, check-ins, journals."""
