"""The duty to report at once: whom one called, when, and what was done, with the reporter kept secret (未保 11, 家暴 14, 调解 25)."""
