"""What all tests share."""

from hypothesis import settings

# A busy machine is no fault of the code: no example fails for being slow. The same examples are tried on every machine.
settings.register_profile("workbench", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("workbench")
