"""Any order of what phones, people and operators do, drawn by Hypothesis, against the real application and database."""
