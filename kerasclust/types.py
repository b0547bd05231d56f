"""Names for the types of arrays, for annotations."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # a NumPy array of any type
Tensor: TypeAlias = Any  # a tensor of Keras's backend, symbolic or not; Keras has no type for it
Labels: TypeAlias = NDArray[np.integer[Any]]  # cluster or class of each sample
