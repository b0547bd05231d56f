"""Settings of the models on their pages: classes make signature and docstring of `takes` when they are imported."""

import importlib
import inspect

import griffe

from kerasclust.system.quiet import import_tensorflow

MODELS = "kerasclust.models."
KINDS = {kind.name: getattr(griffe.ParameterKind, kind.name.lower()) for kind in inspect._ParameterKind}


class Settings(griffe.Extension):
    """Extension that imports the classes of models, as griffe reads only their text."""

    def on_class_members(self, *, cls, **others):
        """Give a class the signature and the docstring that it has when imported."""
        if not cls.path.startswith(MODELS):
            return
        import_tensorflow()
        imported = getattr(importlib.import_module(cls.module.path), cls.name, None)
        if hasattr(imported, "takes"):
            docstring = inspect.cleandoc(imported.__doc__).replace("\nExample:\n", "\nExamples:\n")
            cls.docstring = griffe.Docstring(docstring, parent=cls)
            cls.set_member("__init__", griffe.Function("__init__", parameters=parameters(imported)))


def parameters(cls):
    """Return the parameters of a class's signature, as griffe has them."""
    itself = griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)
    return griffe.Parameters(
        itself,
        *(
            griffe.Parameter(
                name,
                kind=KINDS[parameter.kind.name],
                default=None if parameter.default is inspect.Parameter.empty else repr(parameter.default),
            )
            for name, parameter in inspect.signature(cls).parameters.items()
        ),
    )
