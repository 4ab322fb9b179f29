"""Long proofs against a real server process: killed at named points, on a full disk, with its database restarted."""
