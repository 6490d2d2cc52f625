"""No letter of a body is lost and none is added, whatever elements it stands in."""

from __future__ import annotations

import html
import random

import pytest

from scraper.parser import parse_file

URL = "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=7"
PAGE = """<?xml version="1.0" encoding="iso-8859-1"?><html><head>
<meta http-equiv="content-type" content="text/html; charset=iso-8859-1" />
<meta name="description" content="ALLRIS net Version 3.9.5 (221117m)" /></head><body ><div>
<div id="allriscontainer" class="vo020"><div id="risname"><h1>Vorlage - 2026/0007&nbsp;&nbsp;</h1></div>
<div id="rismain"><table class="tk1"><tr><td class="ko1"><table class="tk1"><tr><td class="kb1">Betreff:</td>
<td class="text1">Probe</td></tr></table></td></tr></table><hr />
<!-- ### SV1.rtf --><a name="allrisSV"></a><html><head>
<title>ALLRIS Office</title><style>p {{}}</style></head>
<body><div>{body}</div></body></html><!-- ### BV2.rtf --><a name="allrisBV"></a>
</div></div></div></body></html>"""
WORDS = [
    "Anlage", "Beschluss", "Straße", "–", "„so“", "Größe", "12,5", "%", "§", "24", "a<b", "x&y", "Öl", "über",
    "Cookie-Banner", "Reduzieren", "Impressum", "Druckansicht", "TOP", "3.1", "20.11.2026", "€uro", "Ende.",
]  # fmt: skip
INLINE = ("span", "b", "i", "u", "sup", "a", "font", "em", "strong")
BLOCK = ("p", "div", "h4", "li", "td", "blockquote")


def words(dice: random.Random) -> str:
    """Inline content: words, split anywhere by inline elements, with entities and breaks."""
    told = ""
    for word in dice.choices(WORDS, k=dice.randint(1, 9)):
        cut = dice.randint(0, len(word))
        tag = dice.choice(INLINE)
        told += f"{html.escape(word[:cut])}<{tag} style='x'>{html.escape(word[cut:])}</{tag}>"
        told += dice.choice((" ", "&#xa0;", "\r\n", "<br />", " <!-- > --> ", "&nbsp; "))
    return told


def block(dice: random.Random, depth: int = 0) -> str:
    tag = dice.choice(BLOCK)
    inner = (
        "".join(block(dice, depth + 1) for _ in range(dice.randint(1, 3)))
        if dice.random() < 0.3
        else words(dice)
    )
    if depth > 3:
        inner = words(dice)
    if tag == "li":
        return f"<ol><li>{inner}</li></ol>"
    if tag == "td":
        return f"<table><tr><td>{inner}</td><td>{words(dice)}</td></tr></table>"
    return f"<{tag} class='x'>{inner}</{tag}>" if tag != "p" else f"<p>{words(dice)}</p>"


def letters(source: str) -> str:
    """All visible characters of the source in order, by a way of its own."""
    out, inside, rest = [], False, source
    while "<!--" in rest:
        before, _, after = rest.partition("<!--")
        rest = before + after.partition("-->")[2]
    for char in rest:
        inside = char == "<" or (inside and char != ">")
        if not inside and char != ">":
            out.append(char)
    return "".join(html.unescape("".join(out)).split())


@pytest.mark.parametrize("seed", range(60))
def test_every_letter_arrives_once_and_in_order(seed: int) -> None:
    dice = random.Random(seed)
    body = "".join(block(dice) for _ in range(dice.randint(1, 12)))
    (paper,) = parse_file(PAGE.format(body=body).encode("cp1252"), URL).records
    shown = paper.model_dump()
    assert "".join(shown["text"].split()) == letters(body)
    parts = "".join(f"{part['heading'] or ''}{part['text']}" for part in shown["sections"])
    assert sorted("".join(parts.split()).replace(":", "")) == sorted(letters(body).replace(":", ""))
