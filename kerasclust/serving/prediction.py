"""A prediction, from the body of a request to the body of its answer, in steps."""

from collections.abc import Iterator

from kerasclust.data.pipeline import BATCH
from kerasclust.data.unequal import joined
from kerasclust.serving.bodies import BodyFormat, Question, write_answer
from kerasclust.serving.metrics import Metrics
from kerasclust.serving.model import ServedModel
from kerasclust.types import Array

NUMBERS = 2**16  # most numbers in a batch, so that a step takes milliseconds


class Prediction:
    """A prediction, made step by step.

    Args:
        model: the model.
        body: body of the request.
        format: format of the body.
        metrics: counts of the service.

    Attributes:
        answer: body of the answer; complete after the last step.
    """

    def __init__(self, model: ServedModel, body: bytes | bytearray, format: BodyFormat, metrics: Metrics) -> None:
        self.answer = bytearray()
        self._model = model
        self._question = Question(body, format)
        self._metrics = metrics
        self._outputs: list[dict[str, Array]] = []

    @property
    def held(self) -> int:
        """Bytes of memory that the prediction holds."""
        outputs = sum(values.nbytes for outputs in self._outputs for values in outputs.values())
        return self._question.held + outputs + len(self.answer)

    def steps(self) -> Iterator[None]:
        """Make the prediction.

        Raises:
            HTTPException: 400 if the body is bad.
        """
        question = self._question
        yield from question.read()
        for x in _batches(question.parts):
            self._outputs.append(self._model(question.signature, x))
            yield
        for outputs in self._outputs:
            self._metrics.count_prediction(question.signature, outputs)
        for part in write_answer(self._outputs, question.by_rows):
            self.answer += part
            yield
        self._outputs = []


def _batches(parts: list[Array]) -> Iterator[Array]:
    """Join arrays to batches of at most `BATCH` rows and `NUMBERS` numbers, and let go of the arrays.

    A batch of series is padded to its longest.
    """
    rest: list[Array] = []
    while parts:
        rest.append(parts.pop(0))
        rows = sum(map(len, rest)) + len(parts[0]) if parts else 0
        if not parts or rows > BATCH or rows * max(part[0].size for part in (*rest, parts[0])) > NUMBERS:
            yield joined(rest)
            rest = []
