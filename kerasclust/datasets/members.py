"""Members of a data set's zip archive, read one by one."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, open_archive


def read_members(path: Path, is_wanted: Callable[[PurePosixPath], bool]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read the wanted members of a zip archive, in order of name.

    Files that macOS adds to archives are skipped.

    Args:
        path: path of the archive.
        is_wanted: says of the path of a member in the archive whether to read it.

    Yields:
        Path in the archive and content.

    Raises:
        InputError: The file is not a zip archive, or is damaged.
    """
    try:
        with open_archive(path) as archive:
            for name in sorted(archive.namelist()):
                member = PurePosixPath(name)
                if is_wanted(member) and "__MACOSX" not in member.parts and not member.name.startswith("."):
                    yield member, archive.read(name)
    except (OSError, UnreadableFile) as error:
        raise InputError(f"{path} is not a readable zip archive ({error}): delete it and download it again.") from error
