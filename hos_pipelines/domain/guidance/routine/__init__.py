"""The routine plan: the tasks it is chosen from."""
