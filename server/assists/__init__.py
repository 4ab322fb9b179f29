"""Help asked and help given, for people whom another office looks after (矫正 25, 禁毒 33-34): nothing else of them is kept."""
