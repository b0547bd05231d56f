"""Order of the package's folders: each imports only from the floors below it. Methods are named in their own files."""

import ast
import graphlib
import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import kerasclust

PACKAGE = Path(kerasclust.__file__).parent
METHODS = PACKAGE / "models" / "methods"
# From the ground up. A room is a folder or a file of the package; rooms of one floor do not import each other.
FLOORS = (
    ("kerasclust", "defaults", "errors", "types"),  # kerasclust/__init__.py loads others on first use
    ("system",),
    ("compute",),
    ("losses", "metrics"),
    ("layers", "networks", "frontends"),
    ("data",),
    ("augmentations", "datasets"),
    ("initializers", "callbacks"),
    ("training", "inspection"),
    ("deployment",),
    ("models", "reports"),
    ("records", "runs"),
    ("choosing", "serving"),
    ("cli", "estimator"),
    ("__main__",),
)
# Imports models where matplotlib and jinja2 cannot be imported: Keras does, if it can.
WITHOUT_DRAWING = """
import sys
sys.modules["matplotlib"] = sys.modules["jinja2"] = None
import kerasclust.models
print(*sys.modules)
"""
# Names of methods and losses that are also names of networks, of searches for starting clusters, or of measurements.
AMBIGUOUS = {"dec", "gmm", "kmeans", "rim", "subkmeans", "conditional_entropy", "label_entropy"}


@cache
def files():
    """All files of the package, {full name of the module: path}."""
    paths = {path.relative_to(PACKAGE.parent).with_suffix(""): path for path in PACKAGE.rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): path for name, path in paths.items()}


@cache
def tree(path):
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(node):
    """All nodes below a node, but those that only type checkers see."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from nodes(child)


def imported(module, path):
    """Modules of the package that the import statements of a file name, anywhere in it."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in nodes(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files())
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            if source in files():
                members = (f"{source}.{alias.name}" for alias in node.names)
                yield from (member if member in files() else source for member in members)


def named(path):
    """Modules of the package that a text of a file names in full, mostly for an import on first use."""
    texts = {node.value for node in nodes(tree(path)) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and text in files()} - {"kerasclust"}


@cache
def imports():
    """{module: modules of the package that its import statements name}."""
    return {module: {*imported(module, path)} - {module} for module, path in files().items()}


def room(module):
    """The folder or the file of the package that a module is in."""
    return module.split(".")[1] if "." in module else module


def test_no_circle_of_files():
    try:
        graphlib.TopologicalSorter(imports()).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_room_has_a_floor():
    rooms = [name for floor in FLOORS for name in floor]
    assert len(rooms) == len(set(rooms))
    assert {room(module) for module in files()} - set(rooms) == set()


def test_each_room_imports_only_from_floors_below():
    floor_of = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    arrows = [(module, other) for module, path in files().items() for other in sorted(imports()[module] | named(path))]
    between = [(module, other) for module, other in arrows if room(module) != room(other)]
    assert len(between) > 300
    wrong = [
        f"{module} imports {other}"
        for module, other in between
        if floor_of.get(room(other), -1) >= floor_of.get(room(module), len(FLOORS))
    ]
    assert wrong == []


def test_models_load_neither_reports_nor_what_draws_them():
    done = subprocess.run([sys.executable, "-c", WITHOUT_DRAWING], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = done.stdout.split()
    assert "kerasclust.models.methods" in loaded
    assert [name for name in loaded if name.startswith("kerasclust.reports")] == []


def first_arguments(tree, function):
    """Texts that calls of a function have as their first argument."""
    calls = (node for node in nodes(tree) if isinstance(node, ast.Call) and node.args)
    given = (call.args[0] for call in calls if ast.unparse(call.func).rpartition(".")[2] == function)
    return {argument.value for argument in given if isinstance(argument, ast.Constant)}


def method_names(path):
    """Names of the methods that a file registers."""
    return first_arguments(tree(path), "register_method")


def loss_names(path):
    """Names of the losses that the classes of a file declare: `losses = (Logged(NAME, ...), ...)`."""
    declarations = (node for node in nodes(tree(path)) if isinstance(node, ast.Assign))
    losses = (node for node in declarations if ast.unparse(node.targets[0]) == "losses")
    return {name for node in losses for name in first_arguments(node, "Logged")}


def in_methods(path):
    """Whether a file is one of the methods."""
    return path.is_relative_to(METHODS)


def quoted(path):
    """(line, text) of the texts in a file, but for its list of public names: those of functions, as in `losses`."""
    statements = tree(path).body
    lists = [node for node in statements if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
    public = {element for node in lists for element in nodes(node)}
    texts = (node for node in nodes(tree(path)) if isinstance(node, ast.Constant) and node not in public)
    return [(node.lineno, node.value) for node in texts if isinstance(node.value, str)]


def test_methods_and_their_losses_are_named_in_their_own_files_alone():
    own = {path for path in files().values() if in_methods(path)}
    others = {*files().values()} - own - {PACKAGE / "defaults.py"}
    names = set().union(*map(method_names, own))
    losses = set().union(*map(loss_names, own)).difference(*map(loss_names, others))
    assert "dance" in names and "decorrelation_loss" in losses
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} has {text!r}"
        for path in sorted(others)
        for line, text in quoted(path)
        if text in (names | losses) - AMBIGUOUS
    ]
    assert wrong == []
