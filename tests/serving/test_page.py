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
            page.wait_for_selector("#operations-default-predict")
            health = page.locator("#operations-default-health_health_get")
            health.locator("button.opblock-summary-control").click()
            health.locator("text=Try it out").click()
            health.locator("button.execute").click()
            answered = health.locator(".live-responses-table .microlight").first
            answered.wait_for()
            assert '"status": "ok"' in answered.inner_text()
    except NoBrowser as reason:
        pytest.skip(str(reason))
    assert all(url.startswith((service["url"], "data:")) for url in asked)
    assert said == []
