"""`python -m bot` is `ritme`."""

from bot.cli import main

main()
