"""A local stand-in for the OpenAI API: the two ways to ask a model, its errors, and a model that can be told to err."""
