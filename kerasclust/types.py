"""Names for the types of arrays, for annotations."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # NumPy array of any type
Tensor: TypeAlias = Any  # tensor of the Keras backend, symbolic or not; Keras has no type for tensors
Labels: TypeAlias = NDArray[np.integer[Any]]  # cluster or class of each sample
