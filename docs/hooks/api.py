"""API pages: a line `::: kerasclust.losses.*` stands for all public names of a package, as its `__all__` has them."""

import re
from functools import cache

import griffe

EVERYTHING = re.compile(r"^::: (kerasclust[\w.]*)\.\*\n((?:    .*\n)*)", re.MULTILINE)  # with options below
DOCUMENTED = (griffe.Kind.CLASS, griffe.Kind.FUNCTION)


def on_page_markdown(markdown, page, config, files):
    """Put a table of the names, and a directive of mkdocstrings for each of them, in place of the line."""
    return EVERYTHING.sub(lambda match: documented(*match.groups(), besides=markdown), markdown)


def documented(package, options, besides):
    """Markdown for the public names of a package but those that the page documents by themselves."""
    homes = {name: definition(package, name) for name in public_names(package)}
    homes = {name: home for name, home in homes.items() if home and f"::: {home}\n" not in besides}
    table = [f"| [`{name}`][{home}] | {first_line(home)} |" for name, home in homes.items()]
    directives = [f"::: {home}\n{options}" for home in homes.values()]
    return "\n".join(["| | |", "|---|---|", *table, "", *directives])


def public_names(package):
    """The names in `__all__`, in its order, without dunders."""
    return [str(name).strip("'\"") for name in loaded()[in_package(package)].exports if not str(name).startswith("__")]


def definition(package, name):
    """Full name of the module's member that a public name stands for; None for a package or a plain value.

    A name is imported by `__init__.py`, or else, where it is loaded on first use, defined in one of the modules.
    """
    module = loaded()[in_package(package)]
    if name in module.imports:
        home = module.imports[name]
        return home if loaded()[in_package(home)].kind in DOCUMENTED else None
    for part in module.modules.values():
        if name in part.members and not part.members[name].is_alias:
            return f"{part.path}.{name}"
    return None


def first_line(home):
    """The first line of a docstring, as a cell of a table."""
    return loaded()[in_package(home)].docstring.value.partition("\n")[0].replace("|", r"\|")


def in_package(path):
    """A full name as griffe looks it up in the package: without its name."""
    return path.partition(".")[2]


@cache
def loaded():
    """The package as griffe reads it: nothing is imported."""
    return griffe.load("kerasclust", search_paths=["."])
