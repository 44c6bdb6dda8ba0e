"""The proof of a model's words: slots that facts bear, sentences that rules admit, texts made of nothing else."""
