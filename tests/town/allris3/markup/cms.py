# ruff: noqa: E501, W293 - lines of markup and of text stand as they are sent
"""A town's CMS around the classic pages, as NOLIS does it: own h1, menus, consent banner, absolute links."""

from __future__ import annotations

import re

from tests.town.words import TOWN

_LINK = re.compile(r'((?:href|action)=")(?=(?:[a-z]+\d*[a-z_]*(?:\.net)?\.asp|___tmp))')
_NAME = re.compile(r'<div id="risname"><h1>(.*?)</h1></div>', re.S)
_MAIN = re.compile(r'<div id="rismain">(.*)</div>\n<div id="risfoot">', re.S)
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
CONSENT = """<div id="cookie_consent" class="cookie-hinweis" role="dialog"><h2>Cookie-Einstellungen</h2>
<p>Diese Website verwendet essentielle Cookies, die technisch notwendig sind. Weitere Dienste laden wir nur mit Ihrer Zustimmung.</p>
<p><button type="button">Alle akzeptieren</button> <button type="button">Nur notwendige</button> <a href="/portal/datenschutz.html">Mehr in unserer Datenschutzerklärung</a></p></div>
"""
_PAGE = """<!DOCTYPE html>

<html dir="ltr" itemscope="" itemtype="https://schema.org/WebPage" lang="de">
<head><meta charset="ISO-8859-15"/>
<title>{title}
</title>
<meta content="index,follow" name="robots"/>
<meta content="Stadt {town}" name="author"/>
<meta content="Ratsinformation" name="description"/>
</head> <body class="ristemplate internet">
<a id="top"></a>
{consent}<h1>Stadt {town}</h1>
<div id="seite">
<div id="sticky"><a class="service nr0" href="/portal/kontakt.html" title="Kontakt"></a></div>
<div id="container">
<div class="innenw" id="container_in">
<div class="innenw clearer" id="middle">
<h2>Inhaltsbereich</h2>
<div id="content_links">
<div id="navigation">
<div id="navi_top">
<h3>Rathaus &amp; Verwaltung</h3>
</div>
<div id="navigation_in">
<ul class="naviEbene0"><li><a class="nolis-link-intern" href="/rathaus/ausschreibungen/"><span>Ausschreibungen</span></a></li><li class="active"><a class="nolis-link-intern" href="/rathaus/ratsinfo/"><span>Bürger- und Ratsinfo</span></a><ul class="naviEbene1"><li><a class="nolis-link-intern" href="/allris/si010_e.asp" target="_top"><span>Sitzungskalender</span></a></li><li><a class="nolis-link-intern" href="/allris/pa021.asp" target="_top"><span>Stadtrat</span></a></li><li><a class="nolis-link-intern" href="/rathaus/livestream/"><span>Livestream (Audio)</span></a></li><li><a class="nolis-link-intern" href="/allris/au010.asp?SORTVON=0&amp;SORTBIS=100&amp;T1=Aussch%FCsse" target="_top"><span>Gremien</span></a></li><li><a class="nolis-link-intern" href="/allris/fr010.asp?SELECT=1&amp;T1=Fraktionen+%26+Gruppen&amp;FR=" target="_top"><span>Fraktionen und Gruppen</span></a></li><li><a class="nolis-link-intern" href="/allris/vo040.asp" target="_top"><span>Vorlagen</span></a></li><li><a class="nolis-link-intern" href="/allris/kp040.asp" target="_top"><span>Personen</span></a></li></ul></li></ul>
</div>
</div>
<div id="nolis_content">
<div id="brot">
<div id="brot_in">
              Sie sind hier: <span><a href="/rathaus/">Rathaus &amp; Verwaltung</a><span class="breadcrumb_seperator"> / </span></span>
</div>
</div>
<div id="nolis_content_heading"> <h3>Ratsinformationssystem</h3> <div id="nolis_content_site"><div class="allriscontent" id="bomain">
 
<div id="risname_raw"><h1>{name}</h1></div>
<div id="risnavi"></div>
<div id="rismain_raw" style="width: 100%;">{main}</div>

</div> </div></div>
<div class="clearer" id="content_unten">
<a class="zurueck" href="javascript:history.back(-1);"><span class="zurueckLink">zurück</span></a> <a class="cl_oben tops" href="javascript:">Nach oben</a>
<a class="cl_drucken" href="javascript:" onclick="window.print();">Seite drucken</a>
</div>
</div>
</div>
</div>
</div>
<div id="foot">
<div id="foot_in">
<ul>
<li><strong>Stadt {town}</strong></li>
<li>-</li>
<li>Rathausplatz 1</li>
</ul>
<ul>
<li><a href="/portal/datenschutz.html">Datenschutz</a></li>
<li><a href="/portal/impressum.html">Impressum</a></li>
<li><a href="/portal/zahlungsverkehr.html">Zahlungsverkehr</a></li>
</ul>
</div>
</div>
</div>
<a href="javascript:" id="pageup" role="button" title="Seitenanfang">Seitenanfang</a>
</body>
</html>
"""


def embed(page: str, consent: bool = True) -> str:
    """The classic page's title and content inside the CMS; what is no classic page stays as it is."""
    name, main, title = _NAME.search(page), _MAIN.search(page), _TITLE.search(page)
    if not (name and main and title):
        return page
    content = main.group(1).replace('="/bi/', '="/allris/')
    heading = name.group(1)
    return _PAGE.format(
        title=f"{heading.replace('&nbsp;', '')}" if title.group(1) else heading,
        town=TOWN,
        consent=CONSENT if consent else "",
        name=heading,
        main=_LINK.sub(r"\1/allris/", content),
    )
