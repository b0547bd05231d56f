"""The methods that exist. A model registers itself by declaration, so a new method is one new file."""

_METHODS = {}


def register_method(name, *, kind, paper):
    """Class decorator: make a model reachable by a name in the command and the method table.

    Args:
        name: lower case, without punctuation.
        kind: the family it belongs to, in a few words.
        paper: where it is defined.
    """

    def decorate(cls):
        _METHODS[name] = cls
        cls.method_name, cls.method_kind, cls.method_paper = name, kind, paper
        return cls

    return decorate


def registered():
    """Return the methods that were imported so far, {name: model class}, sorted by name."""
    return dict(sorted(_METHODS.items()))
