"""Formulas as pictures with their glyphs: reading them needs no script, no font and no network.

Pages write them as $...$ and $$...$$.
"""

import html
import re
import warnings
from xml.etree import ElementTree

with warnings.catch_warnings():  # mkdocs shows them, and this one is about how ziamath finds its own font
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

# What pymdownx.arithmatex marks.
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
SIZE = 20  # units of a picture that are 1 em of the text
ziamath.config.svg2 = False  # glyphs without ids: those of several pictures in a page would be taken for each other


def on_page_content(content, page, config, files):
    """Set the formulas of a page."""
    return FORMULA.sub(as_picture, content)


def as_picture(match):
    """Return the formula in a match of `FORMULA` as SVG, inline or as a block."""
    element, latex = match.group(1), html.unescape(match.group(2)).strip()
    picture = ziamath.Latex(latex, size=SIZE, color="currentColor", inline=element == "span").svgxml()
    _, top, width, height = (float(value) / SIZE for value in picture.get("viewBox").split())
    picture.set("style", f"width: {width:.3f}em; height: {height:.3f}em; vertical-align: {-(top + height):.3f}em")
    picture.set("role", "img")
    picture.set("aria-label", latex)
    return f'<{element} class="formula">{ElementTree.tostring(picture, encoding="unicode")}</{element}>'
