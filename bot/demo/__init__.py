"""A chat in the browser, on this machine alone, with a made-up company in it: Ritme without an account anywhere."""
