"""API pages: a line `::: kerasclust.losses.*` becomes the public names of that package, each with its docstring."""

import re
from functools import cache

import griffe

EVERYTHING = re.compile(r"^::: (kerasclust[\w.]*)\.\*\n((?:    .*\n)*)", re.MULTILINE)  # with options below
DOCUMENTED = (griffe.Kind.CLASS, griffe.Kind.FUNCTION)
METHODS, DECORATOR = "kerasclust.models.methods", "register_method"


def on_page_markdown(markdown, page, config, files):
    """Replace each line of `EVERYTHING` by a table of the names and a directive of mkdocstrings for each name."""
    return EVERYTHING.sub(lambda match: documented(*match.groups(), besides=markdown), markdown)


def documented(package, options, besides):
    """Return Markdown for the public names of a package.

    Args:
        package: full name, as `kerasclust.losses`.
        options: lines of mkdocstrings options for each name.
        besides: text of the page; names with a directive of their own in it are left out.
    """
    homes = {name: definition(package, name) for name in public_names(package)}
    homes = {name: home for name, home in homes.items() if home and f"::: {home}\n" not in besides}
    table = [f"| [`{name}`][{home}] | {first_line(home)} |" for name, home in homes.items()]
    directives = [f"::: {home}\n{options}" for home in homes.values()]
    return "\n".join(["| | |", "|---|---|", *table, "", *directives])


def public_names(package):
    """Return the names in `__all__`, without dunders; for a package without `__all__` all classes in its modules.

    `kerasclust.models` fills its `__all__` at run time, so its names are the registered methods.
    """
    if package == METHODS.rpartition(".")[0]:
        return sorted(registered_methods())
    module = loaded()[in_package(package)]
    if module.exports is None:
        members = [member for part in module.modules.values() for member in part.members.values()]
        classes = [member for member in members if not member.is_alias and member.kind is griffe.Kind.CLASS]
        return [member.name for member in classes if not member.name.startswith("_")]
    return [str(name).strip("'\"") for name in module.exports if not str(name).startswith("__")]


@cache
def registered_methods():
    """Return {class name: full name} of all classes in `METHODS` that are decorated with `DECORATOR`."""
    return {
        name: member.path
        for module in loaded()[in_package(METHODS)].modules.values()
        for name, member in module.members.items()
        if not member.is_alias and member.kind is griffe.Kind.CLASS and is_registered(member)
    }


def is_registered(cls):
    """Return whether a class has the decorator that makes it a method."""
    return any(decorator.callable_path.rpartition(".")[2] == DECORATOR for decorator in cls.decorators)


def definition(package, name):
    """Return the full name of the class or function behind a public name; None for a package or a plain value.

    `__init__.py` imports the name, or loads it on first use from a module, mostly one of its own package.
    """
    if package == METHODS.rpartition(".")[0]:
        return registered_methods()[name]
    module = loaded()[in_package(package)]
    if name in module.imports:
        home = module.imports[name]
        return home if loaded()[in_package(home)].kind in DOCUMENTED else None
    return defined_in(module, name) or defined_in(loaded(), name)


def defined_in(module, name):
    """Return the full name of a class or function that a module or one of its submodules defines, or else None."""
    member = module.members.get(name)
    if member is not None and not member.is_alias and member.kind in DOCUMENTED:
        return f"{module.path}.{name}"
    parts = (part for part in module.modules.values() if not part.is_alias)
    return next(filter(None, (defined_in(part, name) for part in parts)), None)


def first_line(home):
    """Return the first line of a docstring as a cell of a table."""
    return loaded()[in_package(home)].docstring.value.partition("\n")[0].replace("|", r"\|")


def in_package(path):
    """Return a full name without the name of the package, as griffe looks it up."""
    return path.partition(".")[2]


@cache
def loaded():
    """Return the package as griffe reads it, without importing anything."""
    return griffe.load("kerasclust", search_paths=["."])
