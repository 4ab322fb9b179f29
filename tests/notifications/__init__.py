"""Who is told what, and what nobody is told."""
