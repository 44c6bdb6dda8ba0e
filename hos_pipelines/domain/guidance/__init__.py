"""What a person is given to do: plans of a day, and the libraries they are chosen from."""
