"""The proof of a model's answer: every claim against the facts it cites, by rules alone."""
