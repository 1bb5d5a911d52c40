"""What an operator types after `ritme`, a file for each group of commands, and how they speak. `bot.cli` joins them."""
