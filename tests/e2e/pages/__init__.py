"""The screens as a person uses them: what can be read and done, in the screens' own words."""
