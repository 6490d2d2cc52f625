# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The outer layout of the classic skin: head, menu, icons, title, decorative frame, foot."""

from __future__ import annotations

import urllib.parse

from tests.town.words import TOWN

from .pieces import attr, esc

_HEAD = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de" lang="de">
<head>
	<link rel="stylesheet" href="conf/styles/defaults/styles.css" />
	<meta http-equiv="content-type" content="text/html; charset=iso-8859-1" />
	<title>{title}</title>
	<meta name="description" content="ALLRIS net Version 3.9.5 (221117m)" />
	<meta name="language" content="de" />
	<meta name="keywords" content="Ratsinformationssystem, Ratsinfo, Sitzungsdienst, ALLRIS" />
	<meta name="classification" content="Government" />
	<meta name="rating" content="Safe For Kids" />
	<link rel="shortcut icon" type="image/x-icon" href="images/ALLRIS.ico" />
	<link rel="stylesheet" href="conf/_styles.css" />
	<link rel="stylesheet" href="conf/opt/alert/_styles.css" />
	<script type="text/javascript" src="opt/scripting/alert.js"></script>
{object}	<meta name="infoID" content="33.3950002.0" />
</head><body ><div>
<div id="allriscontainer" class="{css}">
<div class="borderframe"><div class="mainframe"><div class="header"></div><div id="risleft"><div id="rislogo"></div>
<div id="riswrap"><div id="rismenu"><ul id="menu">
"""
# (group, ((href, title, text), …))
MENU: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("Bürgerinfo", (
        ("allris.net.asp", "Startseite", "Home"),
        ("pa021.asp", "Rat", "Rat"),
        ("au010.asp?T1=Aussch%FCsse&amp;AU=Ausschuss&amp;SORTVON=1&amp;SORTBIS=400", "", "Ausschüsse"),
        ("fr010.asp?SELECT=1&amp;T1=Fraktionen&amp;FR=Fraktion",
         "Fraktionen und Gruppen in den politischen Gremien", "Fraktionen"),
    )),
    ("Sitzungen", (
        ("do011_x.asp", "Bekanntmachungen zu Sitzungen", "Bekanntgabe"),
        ("si010_e.asp", "Sitzungstermine aller Gremien", "Kalender"),
        ("si018_a.asp", "Recherche nach wählbaren Suchkriterien", "Übersicht"),
    )),
    ("Vorlagen", (("vo040.asp", "Recherche nach wählbaren Suchkriterien", "Übersicht"),)),
    ("Recherche", (
        ("yw040.asp", "Volltextsuche in Vorlagen, Sitzungen und Beschlüssen", "Textrecherche"),
        ("kp040.asp", "", "Sitzungsteilnehmende"),
    )),
    ("Kontakt", (("impressum.asp", "Impressum", "Impressum"),)),
    ("Hilfe", (("rss.asp", "ALLRIS RSS-Feeds", "ALLRIS RSS-Feeds"), ("legende.asp", "Legende", "Legende"))),
)  # fmt: skip
_DECO = """<table class="risdeco" cellspacing="0" cellpadding="0" border="0">
	<tr>
		<td><img src="images/deco/clip/nw.gif" alt=""  /></td>
		<td width="100%" style="background: URL(images/deco/clip/n.gif) repeat-x">&nbsp;</td>
		<td><img src="images/deco/clip/ne.gif" alt=""  /></td>
	</tr>
	<tr>
		<td style="background: URL(images/deco/clip/w.gif) repeat-y">&nbsp;</td>
		<td bgcolor="white">"""
_DECO_END = """</td>
<td style="background: URL(images/deco/clip/e.gif) repeat-y">&nbsp;</td>
	</tr>
	<tr>
		<td><img src="images/deco/clip/sw.gif" alt=""  /></td>
		<td width="100%" style="background: URL(images/deco/clip/s.gif) repeat-x">&nbsp;</td>
		<td><img src="images/deco/clip/se.gif" alt=""  /></td>
	</tr>
</table>
"""
_FOOT = """</div>
<div id="risfoot"><div id="foot_right"><p></p></div>
<div id="foot_center" ><p><a href="" target="_blank" title=""></a></p></div><div id="foot_left" ><p><a href="" target="_blank" title=""></a></p></div></div>
</div>
</div>
</div>
</div>
</body>
</html>"""


def menu(address: str) -> str:
    """The menu of every page. `address`: the page's own, escaped, without a host."""
    lines = []
    joint = "&amp;" if "?" in address else "?"
    for n, (group, entries) in enumerate(MENU, 1):
        lines.append(
            f'<li><strong><a href="/bi/{address}{joint}toggleMenu={n}" title="Reduzieren">{group}</a></strong></li>\n'
            "<li>\n\t<ul>\n"
        )
        for href, title, text in entries:
            tip = f' title="{title}"' if title else ""
            lines.append(f'\t<li><a href="{href}"{tip}>{text}</a></li>\n')
        lines.append("\t</ul>\n</li>\n")
    return "".join(lines) + "</ul>\n</div></div>\n</div>\n"


def _icons(address: str, title: str, field: str, value: object, ics: bool) -> str:
    mail = urllib.parse.quote(" ".join(title.split()))
    print_form = (
        f'<li><form action="{address}" target="_blank" method="post" title="Druckansicht für diese Seite">'
        '<input type="image" src="images/print.gif" alt="Druckansicht für diese Seite"  />'
        f'<input type="hidden" name="{field}" value="{value}"  />'
        '<input type="hidden" name="selfAction" value="Druckansicht für diese Seite"  /></form></li>\n'
    )
    lines = (
        f'<li><!-- BOOKMARK_LINK --><a href="{address}" title="Lesezeichen für {attr(title)}" target="_self">'
        f'<img src="images/bookmark.gif" alt="Lesezeichen für {attr(title)}"  /></a><!-- BOOKMARK_LINK --></li>\n'
        f'<li><a href="mailto:?subject=Ratsinformation:%20{mail}&amp;body=Online-Version%20der%20Seite" '
        'title="Seite versenden"><img src="images/email_gross.gif" alt="Seite versenden"  /></a></li>\n'
    )
    tip = "Sitzungstermin im Outlook-kompatiblen Format exportieren"
    export = (
        f'<li><form action="{address}" method="post"><input type="image" src="images/calexp2.gif" alt="{tip}" '
        f'title="{tip}"  /><input type="hidden" name="{field}" value="{value}"  /><input type="hidden" '
        'name="selfAction" value="Termin exportieren"  /><input type="hidden" name="template" value="ics"  />'
        "</form></li>\n"
    )
    return lines + print_form + (export if ics else "")


def page(
    css: str,
    title: str,
    heading: str,
    address: str,
    body: str,
    field: str = "",
    value: object = None,
    deco: bool = True,
) -> str:
    """A whole classic page. `heading`: the h1; `field`/`value`: the record's own parameter, if any."""
    number = f'\t<meta name="objectID" content="{value}" />\n' if value is not None else ""
    icons = _icons(address, heading, field, value, css == "to010") if value is not None else ""
    content = _DECO + body + _DECO_END if deco else body
    return (
        _HEAD.format(title=esc(title), object=number, css=css)
        + ('<ul id="menu">\n' if value is not None else "")
        + menu(address)
        + f'<div id="risright"><div id="rishead"><p class="topHeadline">Rat der Stadt {TOWN}</p></div>\n'
        + f'<div id="risnavi"><ul id="navi_right">\n{icons}</ul>\n</div>\n'
        + f'<div id="risname"><h1>{esc(heading)}&nbsp;&nbsp;</h1></div>\n<div id="risprop"></div>\n'
        + f'<div id="rismain"><div id="posOuterLocator"></div>{content}'
        + _FOOT
    )


def encode(text: str) -> bytes:
    """Bytes as the server sends them: CRLF, windows-1252 under an ISO-8859-1 label, entities beyond."""
    return text.replace("\n", "\r\n").encode("cp1252", "xmlcharrefreplace")
