"""Errors that users meet."""


class InputError(ValueError):
    """Bad input: the message says what was found and what to do. The command shows it without a traceback."""


class WorkerLost(RuntimeError):
    """A process that trains together with this one is gone, and with it the step that all of them make."""


class TrainingDiverged(RuntimeError):
    """A loss became NaN or infinite. The model has the last good weights; the message says what to do.

    Args:
        message: for the user.
        is_trained: whether these weights are better than those that a training starts from.
    """

    def __init__(self, message, is_trained=True):
        super().__init__(message)
        self.is_trained = is_trained
