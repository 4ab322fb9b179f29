"""The paper of a mediation: its documents, its number, its file list, and the committee's own templates."""
