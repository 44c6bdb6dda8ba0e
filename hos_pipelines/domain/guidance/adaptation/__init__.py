"""How demanding plans are: when that changes, whether the change was one for the better, and how it is taken back."""
