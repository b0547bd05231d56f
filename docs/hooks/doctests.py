"""Section `Example:` of a docstring, a doctest, under the name that griffe knows: `Examples:`."""

import re

import griffe


class Doctests(griffe.Extension):
    """Extension that renames the section before docstrings are parsed."""

    def on_instance(self, *, obj, **others):
        """Rename the section in the docstring of an object."""
        if not obj.is_alias and obj.docstring is not None:
            obj.docstring.value = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
