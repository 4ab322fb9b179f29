"""An invented community to look at and to try things on; made through the same verbs as a real one."""
