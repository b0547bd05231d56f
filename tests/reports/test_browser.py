"""The report in a real browser, without network: on a desk and on a phone, light and dark."""

import pytest

from kerasclust.reports import write_report

SCREENS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
NAMES = ["idle at home", "a name that is as long as names of clusters can be, for once"]
# Of every element that has text of its own: its contrast with what is behind it (WCAG 2.1, relative luminance).
LOWEST_CONTRASTS = """() => {
  const parse = text => { const v = text.match(/[0-9.]+/g).map(Number); return v.length < 4 ? [...v, 1] : v; };
  const over = (a, b) => [0, 1, 2].map(i => a[3] * a[i] + (1 - a[3]) * b[i]);
  const behind = node => {
    if (!node) return [255, 255, 255];
    const own = parse(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(node.parentElement));
  };
  const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const node of document.body.querySelectorAll("*")) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    const ground = behind(node);
    const both = [light(over(parse(getComputedStyle(node).color), ground)), light(ground)].sort((a, b) => a - b);
    found.push([(both[1] + 0.05) / (both[0] + 0.05), node.tagName + ": " + node.textContent.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 3);
}"""


@pytest.fixture(scope="module")
def report(trained, tmp_path_factory):
    model, data, history = trained
    model.cluster_names = NAMES
    path = write_report(tmp_path_factory.mktemp("report") / "report.html", model, data, history)
    model.cluster_names = None
    return path


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=SCREENS)
def opened(request, browser, report, scheme):
    """The page, and what went wrong on it: messages of the console, errors, and requests for anything else."""
    context = browser.new_context(viewport=SCREENS[request.param], color_scheme=scheme)
    context.set_offline(True)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith("data:") or wrong.append(asked.url))
    page.goto(report.as_uri())
    wrong.remove(report.as_uri())
    yield page, wrong
    context.close()


def test_every_figure_is_there_and_the_page_fits(opened):
    page, wrong = opened
    assert wrong == []
    widths = page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth)")
    assert len(widths) >= 6 and all(widths)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_text_stands_out_and_dark_is_dark(opened, scheme):
    page, _ = opened
    worst = page.evaluate(LOWEST_CONTRASTS)
    assert worst[0][0] >= 4.5, worst
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    channels = [int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")]
    assert max(channels) < 64 if scheme == "dark" else min(channels) > 224


def test_wide_figures_stay_readable_on_a_phone(opened):
    """Text of 8 points in a figure is at least 8 CSS pixels high: an inch of a figure has 72 points."""
    page, _ = opened
    for own, shown in page.evaluate("[...document.images].map(i => [Number(i.getAttribute('width')), i.clientWidth])"):
        assert 8 / 72 * 96 * shown / own >= 8
