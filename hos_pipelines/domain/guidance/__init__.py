"""What is worth telling a person, what a person is given to do, and the libraries that is chosen from."""
