"""A report and its figures of data whose names want to be more than text."""

import re
import warnings
from dataclasses import replace

import pytest
from report_reader import Reader

from kerasclust.models import KMeans
from kerasclust.reports import write_report

SCRIPT = '<script>alert("1")</script>'
LONG = "endless" * 40
HOSTILE = {
    "name": f"{SCRIPT}</title></style>.npz",
    "label_names": ('"><img src=x onerror=alert(1)>', "<!-- & Größe ]]>"),
    "channel_names": (f"</style>{LONG}", "$\\frac{1}{$ `{{ 7 * 7 }}`", "_' onload='alert(1)"),
    "channel_units": ("<b>", "'\"", "@import url(//example)"),
}
NAMES = {0: "</h3><script src=//example>", 1: "_{{ names }} 'quoted' \"twice\" $x^2"}


@pytest.fixture(scope="module")
def path(sequences, tmp_path_factory):
    data = replace(sequences, **HOSTILE)
    model = KMeans(2, random_state=0)
    model.fit(data.x, verbose=0)
    model.cluster_names = NAMES
    path = tmp_path_factory.mktemp("report") / "report.html"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # matplotlib's, such as of a legend without an entry
        write_report(path, model, data, extra_figures={f"caption {SCRIPT}": _figure()})
    return path


@pytest.fixture(scope="module")
def page(path):
    return path.read_text(encoding="utf-8")


def _figure():
    from kerasclust.reports.figures.style import new_figure

    return new_figure(1, 1)


def test_no_name_becomes_an_element_or_an_attribute(page):
    reader = Reader(page)
    assert not {"script", "object", "iframe", "link", "base", "form"} & set(reader.tags)
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert reader.tags.count("style") == 1 and reader.tags.count("title") == 1
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in reader.links)
    styles = [value for name, value in reader.attribute_values if name == "style"]
    assert styles and not [value for value in styles if "url" in value or "@" in value]
    assert "@import" not in reader.style and "url(" not in reader.style


def test_every_name_is_there_to_read(page):
    words = Reader(page).words
    names = [HOSTILE["name"], *HOSTILE["label_names"], *HOSTILE["channel_names"], *HOSTILE["channel_units"]]
    for name in [*names, *NAMES.values(), f"caption {SCRIPT}"]:
        assert " ".join(name.split()) in words, name
    assert "49" not in re.findall(r"`(.*?)`", words)


def test_the_page_forbids_itself_everything_from_outside(page):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == "'none'" and allowed["img-src"] == "data:"
    assert page.index("Content-Security-Policy") < page.index("<title>") < page.index("<style>")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_runs_nothing_of_it_and_the_page_fits(browser, path, width):
    page, wrong = browser.new_page(viewport={"width": width, "height": 844}), []
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda asked: asked.url.startswith("data:") or wrong.append(asked.url))
    page.goto(path.as_uri())
    assert wrong == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
