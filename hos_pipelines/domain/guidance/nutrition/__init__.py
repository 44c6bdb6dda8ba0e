"""The nutrition plan: foods and meals, what somebody does not eat, what energy they need, and a day made of it."""
