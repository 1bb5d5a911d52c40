"""The edge and the wiring: doors, pipeline, engine. Knows no capability; only `bot.app` does."""
