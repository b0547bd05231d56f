"""The page /docs in Chromium, which reaches nothing but the service."""

import pytest

from benchmarks.speed.serving import running_service
from tests.browsing import NoBrowser, chromium


@pytest.mark.full
def test_the_page_works_without_network(run):
    try:
        with chromium() as browser, running_service(run.path) as (service, _):
            page, asked, said = browser.new_page(), [], []
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.route(lambda url: not url.startswith((service["url"], "data:")), lambda route: route.abort())
            page.goto(f"{service['url']}/docs")
            page.wait_for_selector("text=/v1/models/kerasclust:predict")
            page.click("#operations-default-health_health_get button.opblock-summary-control")
            page.click("text=Try it out")
            page.click("text=Execute")
            page.wait_for_selector('.live-responses-table >> text="status"')
            page.wait_for_timeout(500)
    except NoBrowser as reason:
        pytest.skip(str(reason))
    assert all(url.startswith((service["url"], "data:")) for url in asked)
    assert said == []
