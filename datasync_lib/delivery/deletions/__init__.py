"""What leaves the house when holdings are deleted, and what has to be shown before it may (practice.md 6.1, 6.3).

The state of a symbol is looked at once (`state`), each check judges it (`checks`), and only where every check passes, or
a person has signed what does not, there is a `Cleared` symbol (`gate`), without which nothing is written.
"""
