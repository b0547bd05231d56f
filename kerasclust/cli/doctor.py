"""What this installation consists of, and what is missing."""

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
        name: what pip calls it.
        needed: which versions, ">=2.0"; "" for any.
        found: the version that is installed, or None.
        extra: of kerasclust, that installs it; None for what it cannot do without.
    """

    name: str
    needed: str
    found: str | None
    extra: str | None

    @property
    def state(self) -> str:
        """In a word: "good", "too old" (or otherwise not what is needed), or "missing"."""
        if self.found is None:
            return "missing"
        return "good" if Requirement(f"{self.name}{self.needed}").specifier.contains(self.found, True) else "too old"


def packages(distribution=DISTRIBUTION) -> list[Package]:
    """The packages that a distribution asks for, those that it cannot do without first.

    Args:
        distribution: an installed one.
    """
    found = []
    extras = importlib.metadata.metadata(distribution).get_all("Provides-Extra") or ()
    for requirement in map(Requirement, importlib.metadata.requires(distribution) or ()):
        if requirement.name == distribution:  # an extra that is made of others
            continue
        applies = [extra for extra in (None, *extras) if _applies(requirement, extra)]
        if applies and applies[0] != FOR_DEVELOPERS:
            name = requirement.name
            found.append(Package(name, str(requirement.specifier), _version(name), applies[0]))
    return sorted(found, key=lambda package: package.extra is not None)


def _applies(requirement, extra):
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""})


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Findings:
    """What `kerasclust doctor` says.

    Args:
        version: of kerasclust.
        python: its version.
        system: operating system and processor.
        cores: of the processor, that this process may use.
        devices: what TensorFlow computes on, {"CPU": 1, "GPU": 2}.
        data_directory: where the user's copies of data sets are looked for, or None.
        packages: `Package` of each requirement.
        trouble: why TensorFlow or Keras cannot be imported, or None.
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
        """What keeps kerasclust from working, and what to do; empty where nothing does."""
        wrong = [package for package in self.packages if package.extra is None and package.state != "good"]
        said = [f"{p.name} is {p.state}: pip install --upgrade '{p.name}{p.needed}'" for p in wrong]
        said += [f"TensorFlow and Keras cannot be imported ({self.trouble})."] if self.trouble else []
        if self.data_directory is not None and not Path(self.data_directory).expanduser().is_dir():
            said.append(f"The data directory {self.data_directory} does not exist: correct KERASCLUST_DATA.")
        return said

    @property
    def advice(self) -> list[str]:
        """What else there could be: extras that are not installed, and GPUs."""
        lacking = {}
        for package in self.packages:
            if package.extra is not None and package.state != "good":
                lacking.setdefault(package.extra, []).append(package.name)
        said = [f'{", ".join(names)}: pip install "kerasclust[{extra}]"' for extra, names in lacking.items()]
        if self.devices and not self.devices.get("GPU"):
            said.append("TensorFlow sees no GPU, and computes on the processor.")
        return said

    def as_data(self) -> dict:
        """All of it, for scripts."""
        found = asdict(self) | {"packages": [asdict(p) | {"state": p.state} for p in self.packages]}
        return found | {"problems": self.problems, "advice": self.advice}


def examine() -> Findings:
    """Look at this installation, as far as it can be imported."""
    from kerasclust import __version__

    kinds, trouble = [], None
    try:
        import_tensorflow()
        importlib.import_module("keras")
        import tensorflow as tf

        kinds = [device.device_type for device in tf.config.list_physical_devices()]
    except Exception as error:  # whatever is wrong with it is what the user wants to know
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
