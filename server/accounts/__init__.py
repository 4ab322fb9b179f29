"""People who log in: their accounts, passwords and log-ins, invitations, and the roles given to them."""
