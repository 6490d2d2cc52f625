"""The same paper page with other tools: lxml with a selector a field, trafilatura's extract."""

from __future__ import annotations

import json
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura.meta import reset_caches

_CELL = "//td[@class='kb1'][normalize-space()='{}']/following-sibling::td[1]"
_LABELS = {
    "subject": "Betreff:", "status": "Status:", "paper_type": "Vorlage-Art:", "author": "Verfasser:",
    "authors": "Verfasserin:", "department": "Federführend:", "clerk": "Bearbeiter/-in:",
    "departments_involved": "Beteiligt:", "file_number": "Aktenzeichen:", "related": "Bezüglich:",
}  # fmt: skip
_FIELDS = {name: etree.XPath(_CELL.format(label)) for name, label in _LABELS.items()}
_NAME = etree.XPath("string(//div[@id='risname']/h1)")
_NUMBER = etree.XPath("string(//meta[@name='objectID']/@content)")
_ROWS = etree.XPath(
    "//td[@class='kb1'][normalize-space()='Beratungsfolge:']/parent::tr/following-sibling::tr[1]//tr[@class='zl12']"
)
_BODY_NAME = etree.XPath("td[@class='text1'][1]")
_ROLE = etree.XPath("td[@class='text1'][2]")
_DATE = etree.XPath("td[@class='text2']")
_STATE = etree.XPath("string(td[1]/@title)")
_RESULT = etree.XPath("td[@class='text3']")
_TITLE = etree.XPath("td[4]")
_MEETING = etree.XPath("string(td[4]//a/@href)")
_ITEM = etree.XPath("string(.//input[@name='TOLFDNR']/@value)")
_FILES = etree.XPath("//div[@id='rismain']//a[contains(@href, '___tmp')]")
_FORMS = etree.XPath("//div[@id='rismain']//form[@action='do027.asp']")
_FORM_NUMBER = etree.XPath("string(input[@name='DOLFDNR']/@value)")
_FORM_NAME = etree.XPath("string(input[@type='submit']/@value)")
_PARAGRAPHS = etree.XPath(
    "//div[@id='rismain']//*[self::p or self::li or self::h4][not(ancestor::td[@class='ko1'])]"
)
_BOLD = etree.XPath("boolean(span[contains(@style, 'bold')])")


_PRINTED = etree.XPath(".//text()[not(parent::script)]")


def _cell(nodes: Any) -> str | None:
    """A cell of the header: without the script that stands in one, lines apart."""
    return " ".join(" ".join(_PRINTED(nodes[0])).split()) if nodes else None


def _text(nodes: Any) -> str | None:
    return " ".join("".join(nodes[0].itertext()).split()) if nodes else None


def _station(row: Any, committee: str | None, role: str | None) -> dict[str, Any]:
    return {
        "committee": committee, "role": role, "date": _text(_DATE(row)), "state": _STATE(row),
        "result": _text(_RESULT(row)), "title": _text(_TITLE(row)), "meeting_url": _MEETING(row),
        "agenda_item": _ITEM(row),
    }  # fmt: skip


def _way(tree: Any) -> list[dict[str, Any]]:
    found, committee, role = [], None, None
    for row in _ROWS(tree):
        if name := _text(_BODY_NAME(row)):
            committee, role = name, _text(_ROLE(row))
        else:
            found.append(_station(row, committee, role))
    return found


def _sections(tree: Any) -> list[dict[str, str]]:
    sections: list[dict[str, str]] = [{"heading": "", "text": ""}]
    for paragraph in _PARAGRAPHS(tree):
        text = _text([paragraph]) or ""
        if paragraph.tag == "h4" or _BOLD(paragraph):
            sections.append({"heading": text.rstrip(":"), "text": ""})
        elif text:
            sections[-1]["text"] += text + "\n"
    return sections


def with_lxml(content: bytes) -> str:
    """The fields of the page as a JSON line."""
    tree = html.document_fromstring(content, parser=html.HTMLParser(encoding="windows-1252"))
    record: dict[str, Any] = {"reference": (_NAME(tree) or "").removeprefix("Vorlage - ").strip()}
    record |= {name: _cell(select(tree)) for name, select in _FIELDS.items()}
    record["id"] = _NUMBER(tree)
    record["deliberations"] = _way(tree)
    files = [{"url": link.get("href"), "name": _text([link])} for link in _FILES(tree)]
    forms = [{"native_id": _FORM_NUMBER(form), "name": _FORM_NAME(form)} for form in _FORMS(tree)]
    record["attachments"] = files + forms
    record["sections"] = _sections(tree)
    record["text"] = "\n".join(section["text"] for section in record["sections"])
    return json.dumps(record, ensure_ascii=False)


def with_trafilatura(content: bytes) -> str:
    """The text that trafilatura finds, with its own idea of the title in front."""
    reset_caches()  # else the second reading of the same page is cheaper than any real one
    found = trafilatura.extract(content, with_metadata=True, include_tables=True, favor_recall=True)
    return found or ""
