"""How well the proof of a model's answer tells right claims from wrong ones.

Right claims about synthetic users, and the same claims each with exactly one thing made wrong. Of the proof only its
front door is known here: the forms of numbers and the words are this benchmark's own.
"""
