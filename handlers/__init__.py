"""What happens: plain functions from a call and a scope to replies."""
