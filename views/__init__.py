"""What is seen: facts and words in, a message or a form out."""
