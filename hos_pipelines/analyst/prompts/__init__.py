"""The prompts, one folder a version. A version that was ever used is not edited: what changes gets a new one."""
