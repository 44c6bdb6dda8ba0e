"""The libraries of plans as they are shipped: tables, and the one reader of them."""
