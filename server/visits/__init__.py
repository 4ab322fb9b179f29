"""What happened at the doors: visits as recorded, their corrections, and what the committee must look at."""
