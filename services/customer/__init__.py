"""Customer: the companies and people we sell to, and the people and teams who sell."""
