"""The edge and the wiring: doors, pipeline, engine. Knows no capability; only `bot.app` does."""

import gc

# A start makes a hundred thousand objects that all stay, and a call makes thousands that all go; looking for cycles
# every 700 objects, which is the default, costs a tenth of both.
gc.set_threshold(20_000, 20, 100)
