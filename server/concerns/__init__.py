"""What residents say is wrong, what is done about it, and their own word on whether it is solved."""
