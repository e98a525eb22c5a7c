"""Results -> evidence and pictures."""


def report(a, b):
    pass
