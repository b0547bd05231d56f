"""The section `Example:` of a docstring is a doctest, which griffe knows as `Examples:`."""

import re

import griffe


class Doctests(griffe.Extension):
    """Names the section as griffe does, before docstrings are parsed."""

    def on_instance(self, *, obj, **others):
        """Rename it in the docstring of an object."""
        if not obj.is_alias and obj.docstring is not None:
            obj.docstring.value = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
