"""The complete workflow: all stages of people, set by set, each recorded with what it made; gone on with by its id."""
