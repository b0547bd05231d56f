"""Errors that users meet."""


class InputError(ValueError):
    """Bad input: the message says what was found and what to do. The command shows it without a traceback."""


class WorkerLost(RuntimeError):
    """A process that trains together with this one is gone, and with it the step that all of them make."""


class TrainingDiverged(RuntimeError):
    """A loss became NaN or infinite. The model has the weights of the last good epoch; the message says what to do."""
