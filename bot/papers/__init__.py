"""`ritme papers`: what works councils and data protection officers get to read, made from what is true here."""
