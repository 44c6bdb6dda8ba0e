"""The routine of one waking day: its blocks, what is in them and when. No food: that is the nutrition plan's."""
