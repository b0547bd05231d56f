"""Exceptions of the public interface."""


class InputError(ValueError):
    """Invalid input.

    The message says what was found and what to do. The command shows it without a traceback.
    """


class WorkerLost(RuntimeError):
    """Loss of another process of a distributed training."""


class TrainingDiverged(RuntimeError):
    """A loss that became NaN or infinite.

    The model has its last good weights. The message says what to do.

    Args:
        message: text for the user.
        is_trained: whether the last good weights are better than the initial weights.
    """

    def __init__(self, message: str, is_trained: bool = True) -> None:
        super().__init__(message)
        self.is_trained = is_trained
