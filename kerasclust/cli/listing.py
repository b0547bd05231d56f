"""The command that lists methods and their settings."""

import click

from kerasclust.cli.base import answer, json_option, main
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("method", required=False)
@json_option
def methods(method: str | None, as_json: bool) -> None:
    """List the clustering methods, or the settings of METHOD with their defaults."""
    import_tensorflow()
    from kerasclust.cli.console import settings_in_words
    from kerasclust.models.catalog import find_method
    from kerasclust.models.catalog import methods as all_methods
    from kerasclust.models.settings import REQUIRED, declared
    from kerasclust.system.lines import aligned

    if method is not None:
        model = find_method(method)
        settings = [setting for setting in declared(model.takes).values() if setting.kept]
        rows = [(s.name, None if s.default is REQUIRED else s.default, s.help) for s in settings]
        found = [dict(zip(("setting", "default", "help"), row, strict=True)) for row in rows]
        title = f"{method}: {model.method_kind} ({model.method_paper})"
        answer(as_json, {"method": method, "settings": found}, title, "", *settings_in_words(settings))
        return
    listed = [(name, model.method_kind, model.method_paper) for name, model in all_methods().items()]
    found = [dict(zip(("method", "kind", "paper"), row, strict=True)) for row in listed]
    answer(as_json, {"methods": found}, *aligned([("METHOD", "KIND", "PAPER"), *listed]))
