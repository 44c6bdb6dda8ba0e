"""What people's apps ask for, and what may become of it."""
