"""What a committee works concerns by, kept as data: time allowed, working days, who is told of silence, offices, ready sentences."""
