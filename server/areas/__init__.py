"""The division tree from province to committee, and the grids below it; every row of a committee hangs here."""
