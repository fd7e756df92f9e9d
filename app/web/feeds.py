"""A feed written down: Atom (RFC 4287) and JSON Feed (version 1.1).

An entry keeps its id and its moment for ever, so that a reader shows nothing twice.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from fastapi.responses import Response

from app.actions.portal import Portal
from app.web.pages import json_of

MINTED = "2026"
"""The year from which the names of entries are ours (RFC 4151, 2.1)."""
ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold (XML 1.0, 2.2)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened."""

    id: str
    url: str
    title: str
    on: date
    at: datetime | None
    """The moment, where it is known; else the day begins it."""
    lines: tuple[str, ...]
    quoted: str
    """The record's own words, in English."""
    sources: tuple[str, ...]

    @property
    def moment(self) -> str:
        """When it happened; it never changes."""
        at = self.at or datetime.combine(self.on, time(), UTC)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def html(self) -> str:
        """What is said of it."""
        said = [f"<p>{escape(line)}</p>" for line in self.lines]
        if self.quoted:
            quoted = f"<blockquote><p>{escape(self.quoted)}</p></blockquote>"
            said.append(quoted.replace("<blockquote>", '<blockquote lang="en">'))
        links = [f'<a href="{escape(s)}">{escape(s)}</a>' for s in self.sources]
        return "".join([*said, *(f"<p>{link}</p>" for link in links)])


@dataclass(frozen=True, slots=True)
class Feed:
    """What is written down."""

    id: str
    title: str
    author: str
    language: str
    home: str
    """The page about the same."""
    here: str
    """Its own address."""
    since: date
    """Its moment where nothing has happened."""
    items: tuple[Item, ...]

    @property
    def moment(self) -> str:
        """When the last thing happened."""
        return max(
            (item.moment for item in self.items), default=f"{self.since}T00:00:00Z"
        )


def tag(portal: Portal, specific: str) -> str:
    """Return a name that is ours and never another's (RFC 4151)."""
    host = urlsplit(portal.base_url).hostname or "localhost"
    return f"tag:{host},{MINTED}:{specific}"


def atom(feed: Feed) -> Response:
    """Write a feed as Atom."""
    root = ET.Element("feed", {"xmlns": ATOM, XML_LANG: feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.moment)
    _text(ET.SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.here, "application/atom+xml")
    _link(root, "alternate", feed.home, "text/html")
    for item in feed.items:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", item.id)
        _text(entry, "title", item.title)
        _text(entry, "updated", item.moment)
        _text(entry, "published", item.moment)
        _link(entry, "alternate", item.url, "text/html")
        for source in item.sources:
            ET.SubElement(entry, "link", {"rel": "via", "href": source})
        _text(entry, "content", item.html).set("type", "html")
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type="application/atom+xml; charset=utf-8")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = NOT_IN_XML.sub(" ", text)
    return child


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": href, "type": kind})


def json_feed(feed: Feed) -> Response:
    """Write a feed as JSON Feed."""
    response = json_of(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.here,
            "language": feed.language,
            "authors": [{"name": feed.author}],
            "items": [
                {
                    "id": item.id,
                    "url": item.url,
                    "title": item.title,
                    "content_html": item.html,
                    "date_published": item.moment,
                    **({"external_url": item.sources[0]} if item.sources else {}),
                }
                for item in feed.items
            ],
        }
    )
    response.headers["Content-Type"] = "application/feed+json; charset=utf-8"
    return response
