"""Who may see and do what: sessions, roles and areas, need-to-know, and the one meaning of "assigned"."""
