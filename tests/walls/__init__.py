"""Five organisations in one database, and everything that can be said to Ritme, aimed from each at the others."""
