"""`hos bench`: one command a file, each named as it is called."""
