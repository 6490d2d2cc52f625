# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The excerpt page of an agenda item (to020.asp)."""

from __future__ import annotations

from tests.town.model import Item

from .frame import page
from .meeting import bodies_link, head_rows
from .paper import header
from .pieces import RULER, SCRIPT, button, esc, jump_list, parts


def _paper(item: Item) -> str:
    """The embedded head of the paper: a second Status, Vorlage-Art … that belong to the paper."""
    paper = item.paper
    if paper is None:
        return ""
    subject = esc(paper.subject).replace("\n", "<br  />")
    form = button("vo020.asp", "VOLFDNR", paper.number, "il1_vo", "VO", "Vorlage")
    decisions = button(
        f"vo021.asp?topSelected={item.number}", "VOLFDNR", paper.number, "il1_bes", "BES", "Beschl&uuml;sse"
    )
    return (
        f"\t<tr>\n<td>{form}</td>\n"
        f'\t\t<td class="text1"><a href="vo020.asp?VOLFDNR={paper.number}">{paper.reference} {subject}</a></td>\n'
        f'\t\t<td class="kb1"><table><tr><td>\n{decisions}\n</td><td>&nbsp;</td><td>\n<td>&nbsp;</td>\n'
        f'</td></tr></table></td>\n\t\t<td class="text1" colspan="2">{SCRIPT}&nbsp;</td>\n\t</tr>\n{header(paper)}\n\n'
    )


def _head(item: Item) -> str:
    meeting = item.meeting
    form = button(
        f"to010.asp?topSelected={item.number}", "SILFDNR", meeting.number, "il1_to", "TO", "Tagesordnung"
    )
    return (
        f'\t<tr valign="top">\n<td>{form}</td>\n\t\t<td class="text1" colspan="3">'
        f'<a href="to010.asp?SILFDNR={meeting.number}">{esc(meeting.name)}</a></td>\n\t</tr>\n'
        f'\t<tr valign="top">\n\t\t<td class="kb1">TOP:</td>\n\t\t<td class="text1" colspan="3">{item.mark}&nbsp;'
        f'{item.label}</td>\n\n\t</tr>\n\t<tr valign="top">\n\t\t<td class="kb1">'
        f'{"Gremien:" if len(meeting.bodies) > 1 else "Gremium:"}</td>\n\t\t<td class="text1">{bodies_link(meeting)}</td>\n'
        f'\t\t<td class="kb1">Beschlussart:</td>\n\t\t<td class="text3">{esc(item.result or "(offen)")}</td>\n\t</tr>\n'
        + head_rows(meeting)
    )


def item_page(item: Item) -> str:
    body = (
        '<table class="tk1" cellspacing="0" cellpadding="0" border="0">\n\t<tr>\n'
        '\t\t<td class="ko1" valign="top"><table class="tk1" cellspacing="0" cellpadding="3" border="0">\n'
        f"{_head(item)}{_paper(item)}\n{RULER}</table>\n</td>\n"
        f'\t\t<td class="ko2">&nbsp;</td>\n\t\t<td class="me1">\n{jump_list(item.parts)}\t\t</td>\n'
        f"\t</tr>\n</table>\n<hr  />\n{parts(item.parts)}"
    )
    address = f"to020.asp?TOLFDNR={item.number}"
    return page("to020", "Auszug", f"Auszug - {item.subject}", address, body, "TOLFDNR", item.number)
