"""How often who is to be visited: the policy, the calendar, the level of risk, and the visits that are due."""
