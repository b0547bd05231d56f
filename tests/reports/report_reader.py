"""A report as a browser's parser sees it."""

from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "hr", "input"}


class Reader(HTMLParser):
    """Text, tags, attributes and style of a page; fails on tags that do not match."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.links, self.text, self.attribute_values, self.style = [], [], [], [], [], ""
        self.feed(page)
        assert not self.open, f"never closed: {self.open}"
        self.words = " ".join(" ".join(self.text).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attribute_values += attrs
        self.links += [value for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> out of place"

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)

    @property
    def attributes(self):
        """Names of all attributes of the page."""
        return {name for name, _ in self.attribute_values}
