"""The state of this installation: its packages and devices, and the missing ones."""

import importlib
import importlib.metadata
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from packaging.requirements import Requirement

from kerasclust.system.memory import usable_cores
from kerasclust.system.quiet import import_tensorflow

DISTRIBUTION = "kerasclust"
FOR_DEVELOPERS = "dev"


@dataclass(frozen=True)
class Package:
    """A package that kerasclust needs.

    Args:
        name: name of the package for pip.
        needed: versions that kerasclust works with, such as ">=2.0"; "" for any.
        found: the installed version, or None.
        extra: extra of kerasclust that installs the package; None for a package that is always needed.
    """

    name: str
    needed: str
    found: str | None
    extra: str | None

    @property
    def state(self) -> str:
        """State in a word: "good", "missing", or "too old" if the version is not `needed`."""
        if self.found is None:
            return "missing"
        return "good" if Requirement(f"{self.name}{self.needed}").specifier.contains(self.found, True) else "too old"


def packages(distribution: str = DISTRIBUTION) -> list[Package]:
    """Return the packages that a distribution requires, those that are always needed first.

    Args:
        distribution: name of an installed distribution.
    """
    found = []
    extras = importlib.metadata.metadata(distribution).get_all("Provides-Extra") or ()
    for requirement in map(Requirement, importlib.metadata.requires(distribution) or ()):
        if requirement.name == distribution:  # an extra that consists of other extras
            continue
        applies = [extra for extra in (None, *extras) if _applies(requirement, extra)]
        if applies and applies[0] != FOR_DEVELOPERS:
            name = requirement.name
            found.append(Package(name, str(requirement.specifier), _version(name), applies[0]))
    return sorted(found, key=lambda package: package.extra is not None)


def _applies(requirement: Requirement, extra: str | None) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""})


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Findings:
    """Findings of `kerasclust doctor`.

    Args:
        version: version of kerasclust.
        python: version of Python.
        system: operating system and processor.
        cores: processor cores that this process may use.
        devices: number of TensorFlow's devices by kind, {"CPU": 1, "GPU": 2}.
        data_directory: directory with the user's copies of data sets, or None.
        packages: `Package` of each requirement.
        trouble: reason why TensorFlow or Keras cannot be imported, or None.
    """

    version: str
    python: str
    system: str
    cores: int
    devices: dict[str, int]
    data_directory: str | None
    packages: list[Package]
    trouble: str | None = None

    @property
    def problems(self) -> list[str]:
        """Problems that keep kerasclust from working, each with its solution."""
        wrong = [package for package in self.packages if package.extra is None and package.state != "good"]
        said = [f"{p.name} is {p.state}: pip install --upgrade '{p.name}{p.needed}'" for p in wrong]
        said += [f"TensorFlow and Keras cannot be imported ({self.trouble})."] if self.trouble else []
        if self.data_directory is not None and not Path(self.data_directory).expanduser().is_dir():
            said.append(f"The data directory {self.data_directory} does not exist: correct KERASCLUST_DATA.")
        return said

    @property
    def advice(self) -> list[str]:
        """Sentences about optional parts that are missing: packages of extras, and GPUs."""
        lacking: dict[str, list[str]] = {}
        for package in self.packages:
            if package.extra is not None and package.state != "good":
                lacking.setdefault(package.extra, []).append(package.name)
        said = [f'{", ".join(names)}: pip install "kerasclust[{extra}]"' for extra, names in lacking.items()]
        if self.devices and not self.devices.get("GPU"):
            said.append("TensorFlow sees no GPU, and computes on the processor.")
        return said

    def as_data(self) -> dict:
        """Return all findings, for scripts."""
        found = asdict(self) | {"packages": [asdict(p) | {"state": p.state} for p in self.packages]}
        return found | {"problems": self.problems, "advice": self.advice}


def examine() -> Findings:
    """Examine this installation, as far as it can be imported."""
    from kerasclust import __version__

    kinds, trouble = [], None
    try:
        import_tensorflow()
        importlib.import_module("keras")
        import tensorflow as tf

        kinds = [device.device_type for device in tf.config.list_physical_devices()]
    except Exception as error:  # whatever it is, the user wants to know it
        trouble = str(error) or type(error).__name__
    return Findings(
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        cores=usable_cores(),
        devices={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        data_directory=os.environ.get("KERASCLUST_DATA") or None,
        packages=packages(),
        trouble=trouble,
    )
