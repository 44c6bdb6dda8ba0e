"""Every setting of a process: one part for each room that takes some, each checked when it is read."""
