"""The one error that users meet for bad input."""


class InputError(ValueError):
    """Bad input: the message says what was found and what to do. The command shows it without a traceback."""
