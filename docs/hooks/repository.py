"""Files of the repository as pages: the notebooks, and links to files outside of docs/."""

import posixpath
import re
from pathlib import Path

import nbformat
from mkdocs.structure.files import File
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parents[2]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md"}  # files of the repository by name
LINK = re.compile(r"(\]\()([^)\s#:]+)(#[^)\s]*)?\)")  # [text](path#anchor), not of another host


def on_files(files, config):
    """Add a page for each notebook, with the pictures in it."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text, pictures = converted(path)
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=text))
        for name, content in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=content))
    return files


def converted(path):
    """Return a notebook as (Markdown, {name: picture})."""
    resources = {"unique_key": path.stem, "output_files_dir": "."}
    text, resources = MarkdownExporter().from_notebook_node(nbformat.read(path, as_version=4), resources)
    return text, {posixpath.normpath(name): content for name, content in resources["outputs"].items()}


def on_page_markdown(markdown, page, config, files):
    """Turn links between files of the repository into links between pages."""
    source = page.file.src_uri
    folder = posixpath.dirname(source if source.startswith("notebooks/") else f"docs/{source}")

    def translated(match):
        start, link, anchor = match.groups()
        place = page_of(posixpath.normpath(posixpath.join(folder, link)))
        if files.get_file_from_path(place) is None:
            return match.group(0)  # for the strict build to complain about
        return f"{start}{posixpath.relpath(place, posixpath.dirname(source) or '.')}{anchor or ''})"

    return LINK.sub(translated, markdown)


def page_of(path):
    """Return the page of a file of the repository, such as notebooks/deploying.ipynb or docs/measured.md."""
    return PAGES.get(path) or re.sub(r"\.ipynb$", ".md", path.removeprefix("docs/"))
