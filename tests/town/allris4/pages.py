# ruff: noqa: E501 - lines of markup stand as they are sent
"""The pages of records: paper, meeting with its agenda, excerpt."""

from __future__ import annotations

import html

from tests.town.model import Attachment, Block, Document, Item, Meeting, Paper, Part

from .frame import RESOURCES, Pen, esc, heading

ICON = '<img alt="Reduzieren" src="./wicket/resource/org.apache.wicket.Application/images/collapse-ver-C41D.svg"/>'


def indicator(name: str) -> str:
    return f'<span hidden="" class="wicket-ajax-indicator" id="{name}--ajax-indicator"><img src="./wicket/resource/indicator-ver-03CE.gif" alt=""/></span>'


def pair(label: str, value: str, slot: str = "", *, linked: bool = False) -> str:
    """A label with its value: `linked` is one of two forms of a label that the product has."""
    told = f'<a aria-describedby="{slot}">{label}:</a>' if linked and slot else f"{label}:"
    body = f'<span class="text4" id="{slot}">{value}</span>' if slot else value
    return f"""<dl>
<dt class="colTitle">
<span class="label">
{told}
</span>
</dt>
<dd class="colEntry3">
{body}
</dd>
</dl>"""


def head(pen: Pen, rows: list[str], right: str) -> str:
    """The frame of the header: pairs on the left, documents on the right."""
    told = "\n".join(
        f'<div class="row" id="{pen.wicket_id()}">\n{row}\n</div>\n{pen.placeholder()}' for row in rows if row
    )
    return f"""<div id="head">
<span id="{pen.wicket_id()}" role="alert" aria-relevant="additions removals" aria-atomic="true">

</span>
<div id="headLeft">
<div class="frameHeader">
<h2>Grunddaten</h2>
</div>
<div class="headLeftInner roundedBorder">
{told}
</div>
</div>
<div id="headRight">
{right}
</div>
</div>
<div class="clear"></div>"""


def document(pen: Pen, one: Document, text: str | None = None) -> str:
    shown = esc(one.name) if text is None else text
    icon = "" if text is None else "pdfOhneLabel "
    return (
        f'<a href="{pen.link(f"{RESOURCES}/doc{one.number}.pdf")}" target="_blank" '
        f'data-simpletooltip-text="Öffnet PDF-Datei &#039;{esc(one.name)}&#039; in neuem Fenster" '
        f'class="{icon}js-simple-tooltip doclink pdf">{shown}</a>'
    )


COLLECTION = (
    '<a href="#" id="sammeldoc" class="aktenmappe_indiv doclink js-simple-tooltip tooltipProvider" aria-haspopup="dialog" '
    'data-simpletooltip-text="Konfigurieren Sie hier eine individuelle Dokumentenzusammenstellung">Sammeldokument individuell</a>'
)


def panel(entries: list[str], *, name: str = "dokumenteHeaderPanel", title: str = "Dokumente") -> str:
    if not entries:
        return f'<aside id="{name}" hidden="" data-wicket-placeholder=""></aside>'
    told = "</li><li>\n".join(f"{entry}\n" for entry in entries)
    return f"""<aside tabindex="-1" id="{name}" data-jumplink="Zu {title}">
<div class="frameHeader">
<span>{title}</span>
</div>
<ul class="headRightInner roundedBorder">
<li>
{told}</li>
</ul>
</aside>"""


def attachment(pen: Pen, one: Attachment, listener: str, tail: str) -> str:
    return (
        f'<a href="{pen.link(f"{listener}&{tail}")}" target="_blank" data-simpletooltip-text="Öffnen der PDF zu '
        f'{esc(one.name)} in neuen Fenster" class="js-simple-tooltip attlink pdf">{esc(one.name)}</a>'
    )


def attached(pen: Pen, files: list[Attachment], program: str, tail: str, where: str) -> list[str]:
    return [
        f"<div>\n{attachment(pen, one, f'{program}?{pen.version}--{where}-attachmentsList-{n}-attachment-link', tail)}\n</div>"
        for n, one in enumerate(files)
    ]


def size(count: int) -> str:
    return (
        f"{count / 1000:.1f} kB".replace(".", ",")
        if count < 1_000_000
        else f"{count / 1e6:.1f} MB".replace(".", ",")
    )


def foot(pen: Pen, files: list[Attachment], program: str, tail: str) -> str:
    """The same files again, below the text."""
    rows = "".join(
        f"""<tr class="{"even" if n % 2 else "odd"}">
<td class="rightCol">
<div>{n}</div>
</td><td>
<div>
{attachment(pen, one, f"{program}?{pen.version}--attachments-expandedPanel-content-body-rows-{n}-cells-2-cell-link", tail)}
</div>
</td><td>

</td><td>

</td><td>
<div>(wie Dokument)</div>
</td><td class="fileSize">
<div>{size(one.size)}</div>
</td>
</tr>"""
        for n, one in enumerate(files, 1)
    )
    heads = "".join(f'<th scope="col"><span>{word}</span></th>\n' for word in ("Nr.", "Name", "Original"))
    return f"""<table id="{pen.wicket_id()}" class="dataTable captionVisible stickyHeader hoverRow attachmentTable nonStickyHeader">
<caption class="rs_skip">Anlagen</caption>
<thead>
<tr class="headers">
{heads}<th scope="col"><span role="img" aria-label="Keine Zusammenstellung" class="nocompImg"></span></th>
<th scope="col"><span>Status</span></th>
<th class="fileSize" scope="col"><span>Größe</span></th>
</tr>
</thead>
<tbody>
{rows}
</tbody>
</table>"""


def section(pen: Pen, tip: str, title: str, content: str) -> str:
    """A frame of the content. `title` may be empty: then only the toggle names it."""
    own = pen.wicket_id()
    pen.ajax(f"x?{pen.version}-1.0-{own}-showHideLink", f"showHideLink_{own}")
    return f"""<div id="{own}">
<div class="compFull roundedBorder" >
<div class="expcol rs_skip rs_preserve">
<a href="#" id="showHideLink_{own}" data-simpletooltip-text="{esc(tip)}" class="js-simple-tooltip">{ICON}</a>{indicator(f"showHideLink_{own}")}
</div>
{pen.placeholder()}
<div id="{pen.wicket_id()}">
<h2 class="expandedTitle">{esc(title)}</h2>
{content}
</div>
</div>
</div>"""


def word(blocks: tuple[Block, ...]) -> str:
    """A text as the word processor writes it."""
    return "\n".join(_block(kind, value) for kind, value in blocks)


def _block(kind: str, value: object) -> str:
    style = 'style="margin-top:0pt; margin-bottom:8pt"'
    if kind == "blank":
        return f'\t\t\t<p {style}>\r\n\t\t\t\t<span style="font-family:Arial">&#xa0;</span>\r\n\t\t\t</p>'
    if kind == "ol" and isinstance(value, list):
        items = "".join(f'<li class="ListParagraph"><span>{esc(line)}</span></li>' for line in value)
        return f'\t\t\t<ol type="1" style="margin:0pt">{items}</ol>'
    if kind == "table" and isinstance(value, list):
        rows = "".join(
            f"<tr>{''.join(f'<td><p><span>{esc(cell)}</span></p></td>' for cell in row)}</tr>"
            for row in value
        )
        return f"\t\t\t<table>{rows}</table>"
    text = esc(str(value))
    if kind == "h4":
        return f"\t\t\t<h4>{text}</h4>"
    bold = ' style="font-weight:bold"' if kind in ("h", "bold") else ""
    half = len(text) // 2 if "&" not in text else len(text)
    return f"\t\t\t<p {style}>\r\n\t\t\t\t<span{bold}>{text[:half]}</span><span{bold}>{text[half:]}</span>\r\n\t\t\t</p>"


def parts(pen: Pen, told: tuple[Part, ...], *, titled: bool) -> str:
    """The text parts; empty ones are not there. `titled`: whether this installation prints their headings."""
    found = ""
    for part in told:
        if part.number and part.label:
            text = f"""<div id="htm{part.number}" style="font-family:Carlito; font-size:11pt;" class="docPart readOnly">
\t\t<div>
{word(part.blocks)}
\t\t</div>
\t</div>"""
            tip = f"Hide {part.label}" if pen.english else f"{part.label} ausblenden"
            found += section(pen, tip, part.label if titled else "", text)
    return found


def paper_page(pen: Pen, paper: Paper, *, titled: bool) -> str:
    own = f"VOLFDNR={paper.number}&refresh=false"
    authors = [
        pair("Verfasser" if n == 1 else f"{n}. Verfasser", esc(name), f"voverfasser{n}", linked=True)
        for n, name in enumerate(paper.author, 1)
    ]
    rows = [
        pair("Betreff", f"<p>{esc(paper.subject).replace(chr(10), '<br/>')}</p>", "vobetreff", linked=True),
        pair(
            "Status",
            f'{esc(paper.status)}</span> <span class="text4" id="vostat">\n<a> (Vorlage freigegeben)</a>\n',
            "vostatus",
            linked=True,
        ),
        pair("Vorlageart", esc(paper.kind), "voart", linked=True),
        pair("Federführend", esc(paper.department), "vofamt", linked=True),
        pair("Beteiligt", esc("; ".join(paper.involved)), "vobamt", linked=True) if paper.involved else "",
        *authors,
        pair("Bearbeitung", esc(paper.clerk), "vosb", linked=True) if paper.clerk else "",
        pair("Aktenzeichen", esc(paper.file_number), "voaz", linked=True) if paper.file_number else "",
        related(pen, paper.related) if paper.related else "",
        *(pair(label, esc(value)) for label, value in paper.extra.items()),
    ]
    right = panel(
        [document(pen, one) for one in paper.documents]
        + ['<a class="doclink anchor" href="#showHideLink_id3">Sachverhalt</a>']
    )
    right += panel(
        attached(pen, paper.attachments, "vo020", own, "anlagenHeaderPanel"),
        name="anlagenHeaderPanel",
        title="Anlagen",
    )
    content = (
        section(pen, "Beratungsfolge ausblenden", "Beratungsfolge", way(pen, paper)) if paper.stations else ""
    )
    content += parts(pen, paper.parts, titled=titled)
    if paper.attachments:
        content += section(pen, "Anlagen ausblenden", "Anlagen", foot(pen, paper.attachments, "vo020", own))
    return f"""{heading(pen, f"{paper.kind} - {paper.reference}")}
{head(pen, rows, right)}
<div id="mainContent">
{content}
<div id="{pen.wicket_id()}"><div><img alt="Loading..." src="./wicket/resource/indicator-ver-03CE.gif"/></div></div>
{pen.placeholder()}
</div>"""


def related(pen: Pen, paper: Paper) -> str:
    return pair(
        "Bezugsvorlage",
        f'<a href="{pen.link(f"vo020?VOLFDNR={paper.number}&refresh=false")}">{esc(paper.reference)}</a>',
        "vobezug",
        linked=True,
    )


def way(pen: Pen, paper: Paper) -> str:
    """Stations, each with its meetings in the rows below."""
    rows = ""
    for station in paper.stations:
        rows += row(
            pen,
            f'<span class="wfcolorDescIcon" data-iconcolor="#73D216">●</span>\n<span class="wfcolorDesc">{station.state}</span>',
            "",
            esc(station.body.name),
            station.role or "",
        )
        for stop in station.stops:
            title, result = esc(stop.meeting.name), esc(stop.result or "")
            if stop.item:
                address = f"to010?SILFDNR={stop.meeting.number}&TOLFDNR={stop.item.number}"
                title = f'\n<a href="{pen.link(address)}">{title}</a>\n'
            excerpt = pen.link(f"to020?TOLFDNR={stop.item.number}") if stop.item and stop.item.page else ""
            linked = bool(result and excerpt)
            result = f'<a href="{excerpt}">{result}</a>' if linked else result or "<a></a>"
            anchor = f'<div>\n<a class="objAnchor" href="{excerpt}">NA</a>\n</div>' if linked else ""
            rows += row(pen, " ", pen.day(stop.meeting.date), title, result, anchor)
    heads = "".join(
        f'<th scope="col"><span>{word}</span></th>\n' for word in ("Datum", "Gremium", "Beschluss")
    )
    return f"""<div class="tree-theme-human" id="bfTable">
<table class="dataTable captionVisible stickyHeader bfTable nonStickyHeader" id="{pen.wicket_id()}">
<caption class="rs_skip">Beratungsfolge</caption>
<thead>
<tr class="headers">
<th class="colorCol" scope="col"><span>Status</span></th>
{heads}<th class="toLink" scope="col"><span>NA</span></th>
</tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
</div>"""


def row(pen: Pen, state: str, date: str, body: str, decision: str, anchor: str = "") -> str:
    return f"""<tr class="even" id="{pen.wicket_id()}">
<td class="colorCol">
<div>{state}</div>
</td><td{' class="date"' if date else ""}>
<div>{date or " "}</div>
</td><td>
<div>{body}</div>
</td><td>
<div>{decision}</div>
</td><td class="toLink">
{anchor}
</td>
</tr>"""


STATES = {"öffentlich/nichtöffentlich": "gemischt"}


def meeting_rows(pen: Pen, meeting: Meeting, *, subject: str) -> list[str]:
    """The header of a meeting, which the excerpts of its items repeat."""
    date = meeting.date
    bodies = "<br/>".join(
        f'<a href="{pen.link(f"gr020?GRLFDNR={body.gra}")}">{esc(body.name)}</a>' for body in meeting.bodies
    )
    day = f'\n<a href="{pen.link(f"si010?DD={date.day}&MM={date.month}&YY={date.year}")}">{pen.weekday(date)}</a>\n'
    status = f'{STATES.get(meeting.status, meeting.status)}</span>\n<span class="text4" id="sistat">\n<a> (Sitzung eingeladen)</a>\n'
    time = (
        f"{meeting.start}{f' - {meeting.end}' if meeting.end else ''}{meeting.zeit_note}"
        if meeting.start
        else ""
    )
    room, place = meeting.room, meeting.place
    return [
        pair("Betreff", subject, "sibetreff"),
        pair("Gremien" if len(meeting.bodies) > 1 else "Gremium", bodies, "sigremium"),
        f"{pair('Datum', day, 'sidatum')}\n\n{pair('Status', status, 'sistatus')}",
        f"{pair('Uhrzeit', time, 'sizeit')}\n\n{pair('Anlass', esc(meeting.occasion or ''), 'sianlass')}",
        "\n".join(
            filter(
                None,
                (
                    pair("Raum", esc(room), "siraum") if room else "",
                    pair("Ort", esc(place), "siort") if place else "",
                ),
            )
        ),
        *(pair(label, esc(value)) for label, value in meeting.extra.items()),
    ]


def meeting_page(pen: Pen, meeting: Meeting, *, decided: bool) -> str:
    """`decided`: whether the agenda of this installation shows results, or what a meeting has to do."""
    entries = [document(pen, one) for one in meeting.documents]
    entries += [
        COLLECTION,
        f'<a href="{pen.link(f"to035?SILFDNR={meeting.number}")}" class="sitelink TO035">Realisierungen</a>',
    ]
    title = "; ".join(body.name for body in meeting.bodies)
    return f"""{heading(pen, f"{title} - {pen.day(meeting.date)}")}
{head(pen, meeting_rows(pen, meeting, subject=f"<a><p>{esc(meeting.name)}</p></a>"), panel(entries))}
<div id="mainContent">
{section(pen, "Tagesordnung ausblenden", "Tagesordnung", agenda(pen, meeting, decided=decided))}
</div>"""


HEADS = {
    "expandCloseCol": '<span aria-label="Aufklappen/Zuklappen">+/-</span>',
    "tonr": "<span>TOP</span>",
    "tobetreff": "<span>Betreff</span>",
    "attach": '<span role="img" aria-label="Anlagen zu" class="anlagenImg"></span>',
    "tobahint": '<span role="img" aria-label="geänderter Beschluss" class="baimportant"></span>',
    "tovonr": "<span>Vorlage</span>",
    "toDoc": '<span role="img" aria-label="Dokument" class="pdfImg"></span>',
    "tozunr": "<span>Zuständigkeit</span>",
    "tobanr": "<span>Beschlussart</span>",
}
COLUMNS = {
    False: ("expandCloseCol", "tonr", "tobetreff", "attach", "tobahint", "tovonr", "toDoc", "tozunr"),
    True: ("expandCloseCol", "tonr", "tobetreff", "attach", "tovonr", "toDoc", "tobanr"),
}


def agenda(pen: Pen, meeting: Meeting, *, decided: bool) -> str:
    columns = COLUMNS[decided]
    heads = "\n\n".join(f'<th class="{name}" scope="col">{HEADS[name]}</th>' for name in columns)
    rows = "".join(agenda_row(pen, item, columns) for item in meeting.items)
    return f"""<span class="checks">
<span>
<input type="checkbox" name="tagesordnung:expandedPanel:alleTops" id="{pen.wicket_id()}">
<label class="optional-field" aria-label="Alle Tagesordnungspunkte aufklappen">Alle Tagesordnungspunkte aufklappen</label>
</span>
</span>
<div class="tablesaw-bar tablesaw-mode-columntoggle" id="to010tablesaw-bar">
<label class="optional-field" aria-label="Wortprotokoll">Wortprotokoll</label>
</div>
<div id="toTable" class="tree-theme-human">
<table id="toTreeTable" class="dataTable captionVisible stickyHeader toTable">
<caption class="rs_skip">Tagesordnung</caption>
<thead>

<tr class="headers">

{heads}

</tr>

</thead>
<tbody>
{rows}
</tbody>

</table>
</div>"""


def role_of(item: Item) -> str:
    """What the meeting has to do with the paper."""
    stations = item.paper.stations if item.paper and item.public else []
    return next((s.role or "" for s in stations if any(stop.item is item for stop in s.stops)), "")


def files_of(item: Item) -> list[Document]:
    """The documents that stand beside an item: minutes that it is about, or the paper with all that belongs to it."""
    collected = [one for one in item.paper.documents if one.typ] if item.paper and item.public else []
    return [item.minutes] if item.minutes else collected


def agenda_row(pen: Pen, item: Item, columns: tuple[str, ...]) -> str:
    cells = dict.fromkeys(columns, "")
    if item.label is None:
        cells["tobetreff"] = f"<div><p>{esc(item.subject)}</p></div>"
        told = "".join(f'<td class="{name}">\n{cell}\n</td>' for name, cell in cells.items())
        return f'<tr id="{pen.wicket_id()}" class="even beratung">\n{told}\n</tr>'
    number, level = item.number, "unumodd" if "." in item.label else ""
    pen.ajax(
        f"to010?{pen.version}-1.0-tagesordnung-expandedPanel-toTable-rows-{number}-link", f"link_{number}"
    )
    cells["tonr"] = (
        f'<div>\n<a href="#" id="link_{number}">{item.mark} {item.label}</a>{indicator(f"link_{number}")}\n</div>'
    )
    href = f'href="{pen.link(f"to020?TOLFDNR={number}&SILFDNR={item.meeting.number}")}" ' if item.page else ""
    subject = "(nichtöffentlich)" if item.hidden else esc(item.subject)
    info = esc(item.info or "") if not item.hidden else ""
    cells["tobetreff"] = (
        f'<div>\n<a {href}id="betreff_{number}">{subject}<span class="zusatzinfo">{info}</span> </a>\n{pen.placeholder()}\n</div>'
    )
    cells["tovonr"] = _paper_cell(pen, item)
    cells["toDoc"] = "".join(f"<div>\n{document(pen, one, '')}\n\n</div>" for one in files_of(item))
    if "tozunr" in cells:
        cells["tozunr"] = f"<div>{role_of(item)}</div>" if role_of(item) else ""
    else:
        cells["tobanr"] = f"<div>{esc(item.result or '')}</div>"
    told = "".join(f'<td class="{name}">\n{cell}\n</td>' for name, cell in cells.items())
    return f'<tr id="{pen.wicket_id()}" class="odd numodd {level}" data-tt-id="{item.meeting.number}{number}">\n{told}\n</tr>'


def _paper_cell(pen: Pen, item: Item) -> str:
    if item.refers:
        address = pen.link(f"to010?SILFDNR={item.refers.number}&refresh=false")
        return f'<div>\n<a href="{address}" id="to_{item.number}">{item.refers.code}</a>\n</div>'
    if item.paper is None:
        return ""
    if not item.public or not item.paper.public:
        return f'<div>\n<a id="vo_{item.number}"></a>\n</div>'
    address = pen.link(f"vo020?VOLFDNR={item.paper.number}&refresh=false&TOLFDNR={item.number}")
    return f'<div>\n<a href="{address}" id="vo_{item.number}">{esc(item.paper.reference)}</a>\n</div>'


def item_page(pen: Pen, item: Item, *, titled: bool) -> str:
    """The header of the meeting, then that of the paper, with a second "Status"."""
    meeting, paper, own = item.meeting, item.paper, f"TOLFDNR={item.number}"
    address = pen.link(f"to010?SILFDNR={meeting.number}&TOLFDNR={item.number}")
    rows = [pair("TOP", f"{item.mark} {item.label}", "toname")]
    rows += meeting_rows(pen, meeting, subject=f'<a href="{address}">{esc(meeting.name)}</a>')
    right = ""
    if paper and paper.public:
        link = f'<a href="{pen.link(f"vo020?VOLFDNR={paper.number}&refresh=false&{own}")}"><p>{esc(paper.reference)} {esc(item.subject)}</p></a>'
        rows += [
            pair("Vorlage", link, "vobetreff"),
            pair("Beratung", esc(paper.status), "vostatus"),
            pair("Vorlageart", esc(paper.kind), "voart"),
            pair("Federführend", esc(paper.department), "vofamt"),
        ]
    right += panel([document(pen, one) for one in files_of(item)])
    kind = (
        f"""<div class="toBa">
<dl><dt class="colTitle"><span class="label">Beschlussart:</span></dt><dd><span class="text4" id="toBeschlussart">{esc(item.result)}</span></dd></dl>
</div>"""
        if item.result
        else ""
    )
    title = f"{pen.day(meeting.date)} - {item.label} {item.subject}"
    return f"""{heading(pen, html.unescape(title))}
{head(pen, rows, right)}
<div id="mainContent">
{kind}
{parts(pen, item.parts, titled=titled)}
</div>"""
