"""Run directory: all results of one training, each file complete or absent."""

import itertools
import json
import os
import re
import shutil
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.clock import check_clock
from kerasclust.system.files import PARTIAL, check_no_links, complete_file, complete_files
from kerasclust.system.json_files import has_form, plain, read_json
from kerasclust.system.locking import LOCK, alone_in, writable
from kerasclust.system.signals import undisturbed

FILES = {
    "model": "model.keras",
    "saved_model": "saved_model",
    "report": "report.html",
    "labels": "labels.csv",
    "history": "history.json",
    "settings": "settings.json",
    "scores": "scores.json",
    "reference": "reference.json",
    "logs": "logs",
    "command": "command.json",
    "backup": "backup",
    "choices": "choices.json",
    "number": "number_of_clusters.md",
    "number_table": "number_of_clusters.csv",
    "number_figure": "number_of_clusters.png",
    "comparison": "comparison.md",
    "comparison_table": "comparison.csv",
    "comparison_figure": "comparison.png",
    "views": "views",
}
PREVIOUS = ".previous"  # folder of the run that is being replaced, until there is a new run
MOVING = f"{PREVIOUS}{PARTIAL}"  # the same folder, until it is complete


class RunDirectory:
    """Directory with the files of one run.

    Args:
        path: the directory.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser()

    def file(self, name: str) -> Path:
        """Return the path of a file by its key in `FILES`."""
        return self.path / FILES[name]

    def has(self, name: str) -> bool:
        """Return whether a file exists, by its key in `FILES`."""
        return self.file(name).exists()

    def check_writable(self, *names: str) -> None:
        """Check that no link leads out of what is to be written.

        See `kerasclust.system.files.check_no_links`.

        Args:
            *names: keys in `FILES`; none for the lock alone.

        Raises:
            InputError: there is a link, a pipe or a device, or a folder cannot be read.
        """
        with writable(self.path):
            for path in (self.path / LOCK, *map(self.file, names)):
                check_no_links(path)

    def write_json(self, name: str, content: Any) -> None:
        """Write numbers and texts, numpy or not, as JSON to a file by its key in `FILES`.

        Raises:
            InputError: the file cannot be written, or a text is not Unicode, such as a name of a file in other bytes.
        """
        text = json.dumps(plain(content), indent=1, ensure_ascii=False) + "\n"
        with complete_file(self.file(name)) as path:
            path.write_text(_checked_unicode(text, self.file(name)), encoding="utf-8")

    def read_json(self, name: str, form: Any = dict) -> Any:
        """Return the content that `write_json` wrote, or None without such a file.

        Args:
            name: key of the file in `FILES`.
            form: expected form, see `kerasclust.system.json_files.has_form`.

        Raises:
            InputError: the file is damaged.
        """
        if not self.has(name):
            return None
        try:
            content = read_json(self.file(name))
        except (OSError, UnreadableFile) as error:
            raise InputError(f"{self.file(name)} cannot be read ({error}).") from error
        if not has_form(content, form):
            raise InputError(f"{self.file(name)} is not what a run writes: was it changed?")
        return content

    def write_model(self, model: Any) -> None:
        """Write the Keras model."""
        check_clock()
        with complete_file(self.file("model")) as path:
            model.save(path)

    def can_go_on(self) -> bool:
        """Return whether there is a backup from which an interrupted training can continue."""
        return self.has_compared() or bool(complete_files(self.file("backup"), ".npz"))

    def has_compared(self) -> bool:
        """Return whether the backup holds runs of a comparison of methods that has not ended."""
        return bool(complete_files(self.file("backup"), ".jsonl"))

    def is_complete(self) -> bool:
        """Return whether the training has ended and its results are written."""
        # The backup is removed when all else is written, but a user can remove it as well.
        interrupted = "interrupted" in (self.read_json("settings") or {})
        return self.has("model") and not interrupted and not self.has("backup")

    def _begin(self, overwrite: bool) -> None:
        moving = self.path / MOVING
        if moving.is_dir() and not moving.is_symlink():  # a run was killed during the move below
            self._move_back(moving)
        present = self._names()
        if present and not overwrite:
            further = ", or continue its run with resume=True" if self.can_go_on() else ""
            raise InputError(
                f"{self.path} is not empty: choose another directory, or replace its run with overwrite=True{further}."
            )
        foreign = sorted(name for name in present if not _is_ours(name))
        if PREVIOUS in present and (self.path / PREVIOUS).is_symlink():
            foreign.append(PREVIOUS)
        if foreign:
            raise InputError(
                f"{self.path} holds {', '.join(foreign[:3])}, which no run wrote: it is not overwritten. "
                "Choose another directory."
            )
        previous = self.path / PREVIOUS
        if self.has("model") or not previous.exists():
            moving.mkdir()
            for name in present - {PREVIOUS}:
                os.replace(self.path / name, moving / name)
            shutil.rmtree(previous, ignore_errors=True)
            os.replace(moving, previous)
        else:  # a run was killed while it replaced another run: the older run is still the one to keep
            self._remove(present - {PREVIOUS})

    def _roll_back(self) -> None:
        """Restore the earlier content.

        A failure causes a warning, so that it does not hide an exception.
        """
        try:
            self._remove(self._names() - {PREVIOUS})
            self._move_back(self.path / PREVIOUS)
        except OSError as error:
            if self.path.exists():  # a user may have removed it
                sentence = f"The earlier content of {self.path} could not be restored ({error.strerror})."
                warnings.warn(sentence, stacklevel=2)

    def _move_back(self, folder: Path) -> None:
        for name in os.listdir(folder):
            os.replace(folder / name, self.path / name)
        folder.rmdir()

    def _names(self) -> set[str]:
        return set(os.listdir(self.path)) - {LOCK}

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.path / name
            if path.is_dir() and not path.is_symlink():  # the target of a link does not belong to the run
                shutil.rmtree(path)
            else:
                path.unlink()


def new_directory(data: str | os.PathLike[str]) -> Path:
    """Return a directory that does not exist yet, named after the data.

    Examples are runs/irish_5g and runs/irish_5g-2.
    """
    name = Path(data).stem.replace(":", "_")
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(path for path in (Path("runs") / name for name in names) if not path.exists())


@contextmanager
def writing_run(path: str | os.PathLike[str], overwrite: bool = False, resume: bool = False) -> Iterator[RunDirectory]:
    """Open a run directory for writing.

    Its earlier content is restored if nothing is trained in it.

    Args:
        path: the directory; created if it does not exist.
        overwrite: replace the run in the directory. The old run is removed once the new run has a model.
        resume: continue the run in the directory.

    Yields:
        RunDirectory.

    Raises:
        InputError: the directory cannot be written to, has a name that is not Unicode, is not empty, has files that no
            run wrote, or another process writes to it. Or the run to continue has links in it.
    """
    run = RunDirectory(_checked_unicode(os.fspath(path), "The directory of a run"))
    run.check_writable(*(FILES if resume else ()))
    with _directory(run.path), alone_in(run.path):
        with writable(run.path), undisturbed():
            if resume:
                run._remove(name for name in run._names() if _is_part(name))  # of a process that was killed
            else:
                run._begin(overwrite)
        try:
            yield run
        except BaseException:
            if not (run.has("model") or resume or run.can_go_on()):
                with undisturbed():
                    run._roll_back()
            raise
        finally:
            if run.has("model"):
                shutil.rmtree(run.path / PREVIOUS, ignore_errors=True)


def _checked_unicode(text: str, holder: object) -> str:
    """Return a text after a check that it is Unicode.

    Raises:
        InputError: it holds bytes of another encoding.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        bad = text[max(0, error.start - 20) : error.end]
        raise InputError(f"{holder} cannot hold {bad!r}, which is not Unicode: rename it.") from error
    return text


@contextmanager
def _directory(path: Path) -> Iterator[None]:
    """Create a directory, and remove it afterwards if it is empty."""
    with writable(path):
        path.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # it is not empty
            path.rmdir()


def _is_ours(name: str) -> bool:
    """Return whether a run wrote a file.

    It is one of `FILES`, or a partial file of a killed run.
    """
    return name == PREVIOUS or name in FILES.values() or _is_part(name)


def _is_part(name: str) -> bool:
    """Return whether a name is that of a partial file of a run."""
    return any(_is_part_of(Path(file), name) for file in FILES.values())


def _is_part_of(file: Path, name: str) -> bool:
    """Return whether a name is that of a partial file.

    See `kerasclust.system.files.partial_path`.
    """
    stem, ending, part = re.escape(file.stem), re.escape(file.suffix), re.escape(PARTIAL)
    return re.fullmatch(rf"\.{stem}\.\w+{part}{ending}", name) is not None
