"""消息: what happened that a person should learn of, kept for them until they have read it."""
