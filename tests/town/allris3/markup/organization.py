# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The pages of bodies (au020, fr020, pa020) and of persons (kp020)."""

from __future__ import annotations

from tests.town.model import Body, Council, Member, Person

from .frame import page
from .meeting import PROGRAMS
from .pieces import attr, button, esc, german


def _coded(text: str) -> str:
    """Mail addresses as the product hides them: every letter a character reference."""
    return "".join(f"&#{ord(c)};" for c in text)


def address_block(body: Body) -> str:
    if not body.address:
        return ""
    lines = "".join(f'\t<tr><td class="text4" colspan="4">{esc(line)}</td></tr>\n' for line in body.address)
    mail = _coded(f"{body.key}@musterau.example")
    return (
        '<h3>Anschrift</h3>\n<table class="tk1" cellspacing="0" cellpadding="1">\n'
        '\t<tr><td><table cellspacing="4" cellpadding="1" border="0">\n\t<tr>\n'
        f'\t\t<td rowspan="12"><img src="images/gr/gr0.gif" width="150" alt="{attr(body.name)} (Foto fehlt: images/gr/gr'
        f'{body.gra}.jpg)" title="{attr(body.name)}" /></td>\n\t\t<td rowspan="12">&nbsp;</td>\n'
        '\t\t<td class="text4" colspan="4"></td>\n\t</tr>\n\t<tr>\n'
        f'\t\t<td class="text4" colspan="4">{esc(body.name)}</td>\n\t</tr>\n{lines}'
        '\t<tr><td colspan="4">&nbsp;</td></tr>\n\t<tr>\n'
        '\t\t<td class="lb1"><img src="images/telefon.gif" alt="Tel. dienstl." title="Tel. dienstl."  /></td>\n'
        '\t\t<td class="text4"><span title="Tel. dienstl.">09999 / 12-0</span></td>\n\t\t<td class="text4">&nbsp;</td>\n'
        '\t\t<td class="text4"><span title="Telefon 4"></span></td>\n\t</tr>\n\t<tr>\n'
        '\t\t<td class="lb1"><img src="images/email.gif" alt="E-Mail 1" title="E-Mail 1"  /></td>\n'
        f'\t\t<td class="text4" colspan="3"><a href="{_coded("MaIltO")}:{mail}" title="Mail an {attr(body.name)} '
        f'schreiben">{mail}</a></td>\n\t</tr>\n</table>\n</td></tr>\n</table>\n<br  />\n'
    )


def _member(member: Member, n: int) -> str:
    person = member.person
    css = ("zl12", "zl11")[n % 2]
    lead, name = "<td>&nbsp;</td>", f'<td nowrap="nowrap">{esc(person.name)}</td>'
    if person.number:
        lead = f"<td>{button('kp020.asp', 'KPLFDNR', person.number, 'il1_kp', '', member.role)}</td>"
        link = f'<a href="kp020.asp?KPLFDNR={person.number}">{esc(person.name)}</a>'
        name = f"<td>{link}</td>" if "-" in person.name else f'<td nowrap="nowrap">{link}</td>'
    return (
        f'\t<tr class="{css}">\n{lead}\n\t\t<td>&nbsp;</td>\n{name}\n'
        f'\t\t<td class="text1"><div>{esc(member.role)}</div></td>\n'
        f'\t\t<td class="text4"><div>{esc(member.function)}</div></td>\n\t</tr>\n'
    )


def _heads(program: str, address: str) -> str:
    def sort(key: str) -> str:
        return (
            f'&nbsp;<a href="/bi/{address}&amp;SORT={key}"><img class="iso1" src="images/sort1.gif" '
            'alt="aufsteigend sortieren"  /></a>&nbsp;'
        )

    gap = '\t\t<th width="3%"><img src="images/einpix.gif" width="20" height="1" alt=""  /></th>\n'
    return (
        f'\t<tr class="zk1">\n{gap}{gap}\t\t<th nowrap="nowrap">Name{sort("1ad_nv")}</th>\n'
        f'\t\t<th nowrap="nowrap"><span title="aktuell">Art der Mitarbeit</span>{sort("1am_sskn")}</th>\n'
        f'\t\t<th nowrap="nowrap"><span title="">Funktion</span>{sort("1mgfnkt")}</th>\n\t</tr>\n'
        '\t<tr>\n\t\t<td colspan="5"><hr  /></td>\n\t</tr>\n'
    )


def organization_page(council: Council, body: Body) -> str:
    program, field = PROGRAMS[body.table]
    address = f"{program}?{field}={body.number}"
    members = [member for member in council.members if member.body is body]
    rows = "".join(_member(member, n) for n, member in enumerate(members))
    content = (
        f'{address_block(body)}<table class="tk1" cellspacing="0" cellpadding="0">\n'
        f'\t<tr><td><a href="si018_a.asp?GRA={body.gra}"><h3>Sitzungsübersicht&nbsp;&nbsp;<img src="images/date.gif" '
        'alt="Sitzungsübersicht" title="Sitzungsübersicht" /></h3></a></td></tr>\n</table>\n<h3>Mitglieder</h3>\n\n'
        f'<table class="tl1" cellspacing="0" cellpadding="2" border="0">\n{_heads(program, address)}{rows}'
        '\t<tr>\n\t\t<td colspan="4"><img src="images/einpix.gif" alt="" width="1" height="1"  /></td>\n'
        '\t\t<td width="30%"><img src="images/einpix.gif" alt="" width="1" height="1"  /></td>\n\t</tr>\n</table>\n\n'
        '<table class="tk1" cellspacing="3" cellpadding="0" border="0">\n'
        f'\t<tr class="zk1"><th>Anzahl: {len(members)}</th></tr>\n</table>\n\n'
    )
    css = program.removesuffix(".asp")
    return page(css, "", body.name, address, content, field, body.number, deco=False)


GROUPS = (("pa", "Rat"), ("fr", "Fraktion"), ("au", "Ausschüsse"))


def _seat(member: Member) -> str:
    program, field = PROGRAMS[member.body.table]
    table = member.body.table
    form = button(program, field, member.body.number, f"il1_{table}", table.upper(), esc(member.body.name))
    link = f'<a href="{program}?{field}={member.body.number}">{esc(member.body.name)}</a>'
    return (
        f'\t<tr class="zl12">\n<td>{form}</td>\n\t\t<td class="text1">{link}</td>\n'
        f'\t\t<td class="text1">{esc(member.role)}</td>\n\t\t<td class="text2">seit {german(member.since)}</td>\n\t</tr>\n'
    )


def person_page(council: Council, person: Person) -> str:
    """kp020. No saved page is known: written after the description in the vendor notes."""
    mine = [member for member in council.members if member.person is person]
    rows = ""
    for table, heading in GROUPS:
        seats = [member for member in mine if member.body.table == table]
        if seats:
            rows += f'\t<tr class="zk1"><th colspan="4">{heading}</th></tr>\n' + "".join(map(_seat, seats))
    if not mine:
        rows = '\t<tr class="zl12"><td class="text4" colspan="4">Keine Information</td></tr>\n'
    body = (
        '<h3>Anschrift</h3>\n<table class="tk1" cellspacing="0" cellpadding="1">\n'
        f'\t<tr><td class="text4">{esc(person.name)}</td></tr>\n</table>\n<h3>Mitarbeit</h3>\n'
        f'<table class="tl1" cellspacing="0" cellpadding="2" border="0">\n{rows}</table>\n'
    )
    return page(
        "kp020",
        "",
        person.name,
        f"kp020.asp?KPLFDNR={person.number}",
        body,
        "KPLFDNR",
        person.number,
        deco=False,
    )
