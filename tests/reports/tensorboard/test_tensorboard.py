"""TensorBoard itself, in a real browser, shows what a run has logged."""

import pytest
from browsing import tensorboard

from kerasclust.models import KMeans
from kerasclust.reports.tensorboard.dashboard import ClusterDashboard

TIMEOUT = 60_000  # milliseconds, which only a very busy machine needs


@pytest.fixture(scope="module")
def address(blobs, browser, tmp_path_factory):
    logs = tmp_path_factory.mktemp("logs")
    x, y = blobs
    model = KMeans(3, random_state=0)
    model.fit(x, callbacks=[ClusterDashboard(logs, x, y, label_names=("<b>one</b>", "two", "three"))], verbose=0)
    with tensorboard(logs) as address:
        yield address


@pytest.mark.parametrize(
    ("dashboard", "frames", "texts"),
    [
        ("?tagFilter=cluster_share|latent#timeseries", 0, ["latent space", "cluster_share/0", "cluster_share/2"]),
        ("#projector", 2, ["Points: 300", "Dimension: 6"]),
    ],
)
def test_its_pages_show_the_run_without_an_error(browser, address, dashboard, frames, texts):
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address + dashboard)
    shown = page
    for _ in range(frames):  # which a dashboard is in
        shown = shown.frame_locator("iframe")
    for text in texts:
        shown.get_by_text(text).first.wait_for(timeout=TIMEOUT)
    page.close()
    assert wrong == []
