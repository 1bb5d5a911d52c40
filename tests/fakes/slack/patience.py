"""How long Slack waits: three seconds for an answer, and for the view that a trigger opens."""

import time

SECONDS = 3

BUSY = 10
"""How much of this machine others may take. Beside them an app has as much less of each second, and Slack's three are
counted as the app had them: what this process worked, or a tenth of what passed.
"""


def age(now):
    """Begins to count; gives what tells how many seconds it has been. A clock of its own is believed as it is."""
    if now is not time.time:
        born = now()
        return lambda: now() - born
    worked, passed = time.process_time(), time.monotonic()
    return lambda: max(time.process_time() - worked, (time.monotonic() - passed) / BUSY)
