"""Files of data sets: found in the user's directory, or downloaded to the cache."""

import hashlib
import os
import shutil
import tempfile
import urllib.request
from pathlib import Path

from kerasclust.datasets.cache import cache_directory
from kerasclust.errors import InputError

VARIABLE = "KERASCLUST_DATA"
TIMEOUT = 60.0  # seconds without an answer before a download is given up


def find_file(
    folder: str, file_name: str, data_dir: str | Path | None = None, *, folder_only: bool = False
) -> Path | None:
    """Find a file in the user's data directory, in `folder` or directly.

    Args:
        folder: folder of the data set, such as "irish_5g".
        file_name: name of the file.
        data_dir: directory to search. None: the environment variable `KERASCLUST_DATA`.
        folder_only: search in `folder` only, because another data set has files of the same names.

    Returns:
        Path of the file, or None if there is no such file.

    Raises:
        InputError: The directory does not exist.
    """
    named = data_dir or os.environ.get(VARIABLE)
    if not named:
        return None
    root = Path(named).expanduser()
    if not root.is_dir():
        raise InputError(f"The data directory {root} does not exist: correct data_dir or the variable {VARIABLE}.")
    candidates = [root / folder / file_name] + ([] if folder_only else [root / file_name])
    return next((path for path in candidates if path.is_file()), None)


def required_file(folder: str, file_name: str, source: str, data_dir: str | Path | None = None) -> Path:
    """Return the path of a file in the user's data directory that cannot be downloaded by one address.

    Args:
        folder: folder of the data set, such as "tractor".
        file_name: name of the file.
        source: what the file holds and where it comes from, as "a zip of ... from https://...".
        data_dir: directory to search. None: the environment variable `KERASCLUST_DATA`.

    Raises:
        InputError: There is no such file. The message says where to get it.
    """
    path = find_file(folder, file_name, data_dir)
    if path is None:
        raise InputError(
            f"There is no file {file_name}. It is {source}. Put it in a directory as {folder}/{file_name} and set "
            f"{VARIABLE} to that directory."
        )
    return path


def fetch_file(folder: str, file_name: str, url: str, md5: str) -> Path:
    """Return the path of a file in the cache, and download it on first use.

    Args:
        folder: folder of the data set, such as "irish_5g".
        file_name: name of the file.
        url: address of the file.
        md5: MD5 of the file, in hexadecimal digits.

    Raises:
        InputError: The download fails, its MD5 is wrong, or it cannot be stored. The message says how to get the file
            by hand.
    """
    path = cache_directory() / folder / file_name
    if path.is_file() and _md5(path) == md5:
        return path
    by_hand = f"Download it by hand, put it in a directory as {folder}/{file_name} and set {VARIABLE} to that directory"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as partial:
            part = Path(partial) / file_name
            with urllib.request.urlopen(url, timeout=TIMEOUT) as answer, part.open("wb") as target:
                shutil.copyfileobj(answer, target)
            found = _md5(part)
            if found == md5:
                part.replace(path)  # in one step: an interrupted download never has the name of the file
    except (OSError, ValueError) as error:  # urllib's errors are OSErrors; a malformed URL is a ValueError
        raise InputError(f"Could not download {url} ({error}). {by_hand}.") from error
    if found != md5:
        raise InputError(f"The download of {url} has MD5 {found}, not {md5}: try again. {by_hand} if it stays so.")
    return path


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
