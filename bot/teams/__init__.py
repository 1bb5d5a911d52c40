"""Teams: activities in, the Bot Framework REST API out."""
