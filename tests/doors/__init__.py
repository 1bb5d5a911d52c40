"""The doors by which a test's conversation goes in and out. Each carries the same words through one platform's own code."""
