"""Who goes where and by when: home visits and errands, given to a person or a pool, claimed, passed on and never lost."""
