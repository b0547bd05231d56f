"""Pictures of a run's report and TensorBoard for the documents, taken by Chromium.

apt-get install chromium && pip install -e '.[all,dev]'
python tests/screenshots.py runs/mobile_network
"""

import argparse
import io
from pathlib import Path

from browsing import chromium, tensorboard
from PIL import Image

IMAGES = Path(__file__).parents[1] / "docs" / "images"
DESK, WINDOW, PHONE = (1280, 1760), (1280, 1000), (390, 844)  # pixels
COLOR_BY_NAME = ("[label='Color by']", "paper-item:visible >> text=name")  # to click at in the projector
WATCHED = "critic_accuracy|label_change|latent space|reconstruction"  # of what TensorBoard has


def main():
    """Write docs/images/report_*.png and tensorboard*.png."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run directory")
    run = parser.parse_args().run.resolve()
    with chromium() as browser:
        for scheme in ("light", "dark"):
            save(f"report_{scheme}", shown(browser, (run / "report.html").as_uri(), DESK, scheme))
        save("report_phone", phone(browser, (run / "report.html").as_uri()))
        with tensorboard(run / "logs") as address:
            save("tensorboard", shown(browser, f"{address}?tagFilter={WATCHED}#timeseries", WINDOW, "light", wait=10))
            save("tensorboard_projector", shown(browser, f"{address}#projector", WINDOW, "light", 10, COLOR_BY_NAME))


def shown(browser, address, size, scheme, wait=0, clicks=(), top=0):
    """The window on a page, as an image.

    Args:
        browser: of playwright.
        address: of the page.
        size: of the window in pixels.
        scheme: "light" or "dark".
        wait: seconds that the page's scripts need.
        clicks: selectors of what to click at, in the innermost frame.
        top: pixels to scroll down.
    """
    page = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)), color_scheme=scheme)
    page.goto(address)
    page.wait_for_timeout(1000 * wait)
    for selector in clicks:
        page.frames[-1].locator(selector).first.click()
        page.wait_for_timeout(1000)
    page.evaluate(f"window.scrollTo(0, {top})")
    png = page.screenshot()
    page.close()
    return Image.open(io.BytesIO(png)).convert("RGB")


def phone(browser, address):
    """Three screens of a phone, side by side."""
    screens = [shown(browser, address, PHONE, "dark", top=screen * PHONE[1]) for screen in (0, 1, 3)]
    gap = 20
    image = Image.new("RGB", (len(screens) * (PHONE[0] + gap) - gap, PHONE[1]), "white")
    for place, screen in enumerate(screens):
        image.paste(screen, (place * (PHONE[0] + gap), 0))
    return image


def save(name, image):
    """Write an image to docs/images, in as many colors as a small file has, close to its own."""
    path = IMAGES / f"{name}.png"
    few = image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
