"""The contract is what the application really offers."""
