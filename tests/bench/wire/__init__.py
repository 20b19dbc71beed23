"""The wire benchmark: a signed webhook to a committed turn, beside a bare signed endpoint on the same server."""
