"""What the product promises about security, each promise with its test."""
