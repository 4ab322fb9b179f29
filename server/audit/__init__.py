"""Who did what, when, to whose record and from which phone: rows that are only added and that notice any change."""
