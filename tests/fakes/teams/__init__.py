"""A working Teams on loopback: the service that bots speak with, its limits, and people who use it."""
