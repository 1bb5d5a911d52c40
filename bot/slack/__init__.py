"""Slack: HTTP or Socket Mode in, the Web API out."""
