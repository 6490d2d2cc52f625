# ruff: noqa: E501 - lines of markup stand as they are sent
"""The frame of an ALLRIS 4 page: head with its scripts, menu, breadcrumbs, content, footer; and a CMS around it."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass, field

from tests.town.sites import Session

RESOURCES = "wicket/resource/org.apache.wicket.Application"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GERMAN = ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So.")
ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def esc(text: str) -> str:
    """Text as the product prints it."""
    return html.escape(text, quote=False).replace('"', "&quot;")


@dataclass
class Pen:
    """What writes one page: `link` for addresses, `number` for the ids that Wicket counts through a session.

    `base`: absolute addresses begin with it, "" where they are relative. `english`: dates are not localised.
    """

    session: Session
    base: str = ""
    english: bool = False
    version: int = 0
    scripts: list[str] = field(default_factory=list)

    def link(self, address: str) -> str:
        return esc(f"{self.base or './'}{address}")

    def wicket_id(self) -> str:
        """`id4f`: rises with every element of the session."""
        self.session.memory["ids"] = self.session.memory.get("ids", 0) + 1
        return f"id{self.session.memory['ids']:x}"

    def placeholder(self) -> str:
        return f'<div id="{self.wicket_id()}" hidden="" data-wicket-placeholder=""></div>'

    def day(self, date: dt.date) -> str:
        """In the table of deliberations and in headings."""
        return f"{date.year} {MONTHS[date.month - 1]} {date.day}" if self.english else f"{date:%d.%m.%Y}"

    def weekday(self, date: dt.date) -> str:
        """In headers: with the day of the week."""
        if self.english:
            return f"{ENGLISH[date.weekday()]}, {MONTHS[date.month - 1]} {date.day}, {date.year}"
        return f"{GERMAN[date.weekday()]}, {date:%d.%m.%Y}"

    def ajax(self, address: str, component: str = "") -> None:
        """A listener in the page's script, by the product's own form of JSON."""
        more = (
            f',"c":"{component}","i":"{component}--ajax-indicator","e":"click","pd":true' if component else ""
        )
        self.scripts.append(f'Wicket.Ajax.ajax({{"u":"{self.base or "./"}{address}"{more}}});;')


def menu(pen: Pen, programs: tuple[tuple[str, str, str], ...]) -> str:
    """`programs`: (group, address, label)."""
    groups = dict.fromkeys(group for group, _, _ in programs)
    told = ""
    for group in groups:
        entries = "".join(
            f'<li role="none"><a href="{pen.link(address)}" role="menuitem">{esc(label)}</a></li>'
            for where, address, label in programs
            if where == group
        )
        told += f"""<li class="nav-item" role="none">
<a class="parent" href="#" role="menuitem">{group}</a>
<div class="sub-nav">
<ul class="sub-nav-group" role="menu">
{entries}
</ul>
</div>
</li>"""
    return f"""<nav id="navMenu" class="menubar" tabindex="-1" aria-label="Menüleiste" data-jumplink="Zum Menü">
<ul class="nav-menu" role="menubar">
{told}
</ul>
</nav>"""


def whole(pen: Pen, programs: tuple[tuple[str, str, str], ...], own: str, word: str, content: str) -> str:
    """The product's own document. `own`: address of the page itself; `word`: in title and breadcrumbs."""
    program = own.partition("?")[0]
    glue = "&" if "?" in own else "?"
    listener = f"{program}?{pen.version}-1."
    query = own.partition("?")[2]
    tail = f"&{query}" if query else ""
    script = "\n".join(pen.scripts)
    return f"""
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="de">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1" />
<script type="text/javascript" src="./wicket/resource/org.apache.wicket.ajax.AbstractDefaultAjaxBehavior/res/js/wicket-ajax-jquery-ver-C887.js"></script>
<meta name="description" content="ALLRIS net Version 4.1.7 (4170041) - 08.07.2026" /><script type="text/javascript" id="wicket-ajax-base-url">
/*<![CDATA[*/
Wicket.Ajax.baseUrl="{esc(own)}";
/*]]>*/
</script>
<link rel="stylesheet" type="text/css" href="./wicket/resource/de.allris.net.page.BasePage/css/styles-ver-E54D.css" />
<script type="text/javascript">
/*<![CDATA[*/
Wicket.Event.add(window, "domready", function(event) {{
{script}
document.getElementById('allris').setAttribute('class', '{program} normal');
;}});
/*]]>*/
</script>
<meta name="wicket.header.items"/>
<title>ALLRIS - {word}</title>
<link rel="icon" href="favicon.ico" type="image/x-icon"/>
</head>
<body>
<div id="allris">
<ul id="skipLinks"></ul>
<div id="{pen.wicket_id()}">
<div id="top">
<span id="logo" title="ALLRIS 4 - Musterau"></span>
<button type="button" id="menuZeigen" aria-label="Menü zeigen"></button>
<div id="search">
<form id="searchform" method="post" action="{pen.link(f"{listener}-head-searchform{tail}")}" aria-label="Suchen"><input type="hidden" name="sectoken" value="4c495633" />
<input type="search" class="searchtext searchfield" value="" name="searchfield" id="searchfield" placeholder="Suchen" aria-labelledby="submitSearchButton"/>
<button type="submit" class="searchsubmit" name="p::submit" id="submitSearchButton">Suchen</button>
</form>
</div>
</div>
</div>
<div>
<div id="navigation">
{menu(pen, programs)}
<nav id="navIcon" class="iconbar" tabindex="-1" aria-label="Symbolleiste" data-jumplink="Zum Symbolmenü">
<ul class="nav-menu" role="menubar">
<li role="none"><a href="{pen.link(f"{listener}-menu-linkGroup-0-linkGroupLink{tail}")}" role="menuitem" aria-label="Neu laden"><span class="iconSubtitle">Neu laden</span></a></li><li role="none"><a href="mailto:?subject=Musterau&amp;body=Online-Version%20der%20Seite" role="menuitem" aria-label="Seite versenden"><span class="iconSubtitle">Seite versenden</span></a></li>
<li role="none"><a href="{pen.link(f"{own}{glue}selfaction=print")}" role="menuitem" target="_blank"><span>Drucken</span></a></li>
</ul>
</nav>
</div>
</div>
<div>
<div id="subnavi">
<nav id="path" tabindex="-1" aria-label="Sie sind hier" data-jumplink="Zur Brotkrumennavigation">
<ul>
<li>Sie sind hier:<strong><span><span class="wicketExtensionsBreadCrumbBar"><a class="disable" aria-current="page">{word}</a></span></span></strong> </li>
</ul>
</nav>
</div>
</div>
<main id="pageContent" tabindex="-1" aria-label="Seiteninhalt" data-jumplink="Zum Inhalt">
<div id="readOut">
{content}
</div>
<aside tabindex="-1" aria-label="Legende" id="legende" data-jumplink="Zur Legende">
<span id="legendeTitle" tabindex="0">Legende</span>
<div id="legendeList">
<dl id="{pen.wicket_id()}">
<dt><span class="objAnchor">NA</span></dt>
<dd>TOP</dd>
</dl>
</div>
</aside>
</main>
<div>
<div id="footer">
<span><a target="_blank" title="zum Impressum" class="js-simple-tooltip" href="https://www.musterau.example/impressum/">Impressum</a></span>
</div>
</div>
</div>
</body>
</html>
"""


def heading(pen: Pen, title: str) -> str:
    return f"""<div id="{pen.wicket_id()}">
<div class="header">
<h1 class="title">{esc(title)}</h1>

</div>
</div>"""


def embedded(page: str, base: str) -> str:
    """The product's document inside the page of the town's CMS (NOLIS): ids occur twice, the base is the product's."""
    head, _, body = page.partition("<body>")
    return f"""<!DOCTYPE html>
<html lang="de" dir="ltr" id="www.musterau.example" itemscope itemtype="https://schema.org/WebPage">
<head>{head[head.index('<meta name="description"') : head.index("<title>")]}<base href="{base}" />
<title>Ratsinformationssystem | Stadt Musterau</title>
<meta name="description" content="Ratsinformation" />
</head>
<body class="ristemplate">
<div id="container"> <a id="top"></a>
<h1>Stadt Musterau</h1>
<div id="head" role="banner"><div id="logo"><a href="/portal/startseite.html">Startseite</a></div></div>
<div id="search"><h2>Volltextsuche</h2></div>
<ul class="nlv_1"><li><a href="/portal/seiten/notruf.html">Notruf- und Servicenummern</a></li><li><a href="{base}to010?SILFDNR=5&amp;x=1">Nächste Ratssitzung</a></li></ul>
<div id="content" role="main"><table><tr><td><div><?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="de">
<head>
<title>ALLRIS - eingebettet</title>
</head>
<body>
{body.replace("</html>", "</html>").strip()}
</div></td></tr></table></div>
<div id="foot" role="contentinfo"><a href="/kontakt">Öffnungszeiten des Rathauses</a></div>
</div>
<script>
var nolis_cookieconsent_options = {{"title":"Diese Webseite verwendet Cookies"}};
</script>
</body>
</html>
"""
