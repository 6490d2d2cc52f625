"""The exporter: one record from several pages, names from elsewhere, whole files or none."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import StorageError
from scraper.exporter import export
from scraper.merging.contribution import Contribution, contributions, page_key, sort_key
from scraper.merging.merged import merge
from scraper.merging.outputs import FILES
from scraper.page import Exchange, Parsed
from scraper.records import KINDS, Attachment, Deliberation, OrganizationRef

BASE: dict[str, Any] = {
    "source": "musterau",
    "vendor": "allris3",
    "fetched_at": "2026-11-24T10:00:00Z",
    "snapshot": "sha256:aa",
    "parser": "0.1.0",
}


def record(kind: str, native: str, **values: Any) -> Any:
    return KINDS[kind](
        **{**BASE, "id": f"musterau:{kind}:{native}", "url": f"http://r/{kind}/{native}", **values}
    )


def told(one: Any, key: str = "http://r/page", *, own: bool = False) -> Contribution:
    return Contribution(one.id, one.kind, own, key, one.model_dump_json().encode())


def run(folder: Path, *some: Contribution, **options: Any) -> dict[str, list[dict[str, Any]]]:
    export(sorted(some, key=sort_key), folder, **options)
    return {
        kind: [json.loads(line) for line in (folder / name).read_bytes().splitlines()]
        for kind, name in FILES.items()
        if (folder / name).exists()
    }


def one(*some: Contribution) -> dict[str, Any]:
    lines = list(merge(sorted(some, key=sort_key)))
    assert len(lines) == 1
    return dict(json.loads(lines[0]))


# ---- merging


def test_a_single_contribution_passes_through_untouched() -> None:
    line = b'{"kind":"paper",  "odd style": 1}'
    assert list(merge([Contribution("m:paper:1", "paper", False, "k", line)])) == [line]


def test_own_page_wins_and_others_fill_what_it_leaves_null() -> None:
    own = told(record("paper", "1", subject="Neubau", snapshot="sha256:own"), "http://r/z", own=True)
    listed = told(
        record("paper", "1", subject="Neub…", date=dt.date(2026, 3, 1), paper_type="Antrag"), "http://r/a"
    )
    merged = one(listed, own)
    assert (merged["subject"], merged["date"], merged["paper_type"]) == ("Neubau", "2026-03-01", "Antrag")
    assert merged["snapshot"] == "sha256:own"


def test_empty_lists_and_objects_are_filled_but_false_and_empty_text_stay() -> None:
    attachment = Attachment(name="Anlage 1")
    own = told(record("meeting", "1", attachments=(), public=False, location=""), own=True)
    listed = told(
        record("meeting", "1", attachments=(attachment,), public=True, location="Rathaus"), "http://r/a"
    )
    merged = one(own, listed)
    assert merged["attachments"][0]["name"] == "Anlage 1"
    assert (merged["public"], merged["location"]) == (False, "")


def test_cancelled_is_true_when_any_page_says_so() -> None:
    own = told(record("meeting", "1", cancelled=False), own=True)
    assert one(own, told(record("meeting", "1", cancelled=True), "http://r/a"))["cancelled"] is True
    assert one(own, told(record("meeting", "1", cancelled=False), "http://r/a"))["cancelled"] is False


def test_extra_is_united_and_the_own_page_s_value_wins() -> None:
    own = told(record("paper", "1", extra={"Klimawirkung": "keine", "Zusatz": "ja"}), own=True)
    listed = told(record("paper", "1", extra={"Zusatz": "nein", "Datum": "heute"}), "http://r/a")
    assert list(one(own, listed)["extra"].items()) == [
        ("Klimawirkung", "keine"), ("Zusatz", "ja"), ("Datum", "heute"),
    ]  # fmt: skip


def test_warnings_are_united_in_order() -> None:
    own = told(record("paper", "1", warnings=("b", "a")), own=True)
    listed = told(record("paper", "1", warnings=("a", "c")), "http://r/a")
    assert one(own, listed)["warnings"] == ["b", "a", "c"]


def test_without_an_own_page_the_smallest_page_key_tells_the_source() -> None:
    first = told(record("meeting", "1", snapshot="sha256:first", name="Rat"), "http://r/a")
    second = told(record("meeting", "1", snapshot="sha256:second", name="Stadtrat"), "http://r/b")
    merged = one(second, first)
    assert (merged["snapshot"], merged["name"]) == ("sha256:first", "Rat")


def test_the_result_does_not_depend_on_the_order_of_the_crawl() -> None:
    some = [
        told(record("paper", "1", subject="A", warnings=("w",)), "http://r/c"),
        told(record("paper", "1", subject="B", status="öffentlich"), "http://r/a"),
        told(record("paper", "1", reference="7", extra={"x": "1"}), "http://r/b", own=True),
    ]
    assert len({one_line for order in itertools.permutations(some) for one_line in merge(order)}) == 1


def test_several_tellings_on_one_page_keep_the_order_of_the_page() -> None:
    parsed = Parsed((record("meeting", "1", name="vorn"), record("meeting", "1", name="hinten", number="2")))
    merged = one(*contributions(parsed, "http://r/page"))
    assert (merged["name"], merged["number"]) == ("vorn", "2")


def test_contributions_know_their_own_page() -> None:
    parsed = Parsed((record("paper", "1"), record("paper", "2")), own="musterau:paper:2")
    assert [(c.record_id[-1], c.own, c.page_key) for c in contributions(parsed, "k")] == [
        ("1", False, "k"), ("2", True, "k"),
    ]  # fmt: skip


ODD = 'ä€ „x“ \u2028 \u2029 \u0085 \u009b \u202e \x7f \x00 \x1b \b \f \n \r \t " \\ / </script> 😀 \ufeff'


def test_a_merged_line_is_written_in_the_style_of_an_untouched_one() -> None:
    whole = record("paper", "1", subject=ODD, date=dt.date(2026, 3, 1), public=True, extra={ODD: ODD})
    thin = record("paper", "1")
    assert list(merge([told(whole, own=True), told(thin, "http://r/z")])) == [
        whole.model_dump_json().encode()
    ]


def test_odd_characters_stay_one_valid_line(tmp_path: Path) -> None:
    run(
        tmp_path,
        told(record("paper", "1", subject=ODD)),
        told(record("paper", "1", status=ODD), "http://r/z"),
    )
    data = (tmp_path / "papers.jsonl").read_bytes()
    assert data.count(b"\n") == 1
    assert json.loads(data)["subject"] == ODD


def test_unsorted_input_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not sorted"):
        export([told(record("paper", "2")), told(record("paper", "1"))], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_page_key_is_made_from_the_last_exchange() -> None:
    def exchange(method: str, body: bytes, step: int) -> Exchange:
        moment = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
        return Exchange("http://r/a?sid=1", method, b"", body, 200, b"", b"", moment, step=step)

    def canonical(url: str) -> str:
        return url.partition("?")[0]

    assert page_key(exchange("GET", b"", 0), canonical) == "http://r/a"
    assert page_key(exchange("GET", b"", 51), canonical) == "http://r/a#51"
    assert page_key(exchange("POST", b"x=1&y=", 0), canonical) == "http://r/a POST x=1&y="


# ---- names from other pages


def test_agenda_items_learn_from_their_meeting(tmp_path: Path) -> None:
    meeting = record("meeting", "5", organization="Rat", date=dt.date(2026, 3, 1))
    item = record("agenda_item", "9", meeting_url="http://r/meeting/5")
    kept = record("agenda_item", "8", meeting_url="http://r/meeting/5", organization="Anders")
    lost = record("agenda_item", "7", meeting_url="http://r/meeting/404")
    seven, eight, nine = run(tmp_path, told(item), told(meeting), told(kept), told(lost))["agenda_item"]
    assert (nine["meeting_id"], nine["organization"], nine["date"]) == (
        "musterau:meeting:5",
        "Rat",
        "2026-03-01",
    )
    assert (eight["organization"], eight["date"]) == ("Anders", "2026-03-01")
    assert (seven["meeting_id"], seven["organization"]) == (None, None)


def test_agenda_items_learn_by_the_meeting_s_id_too(tmp_path: Path) -> None:
    meeting = record("meeting", "5", date=dt.date(2026, 3, 1), url=None)
    item = record("agenda_item", "9", meeting_id="musterau:meeting:5")
    assert run(tmp_path, told(item), told(meeting))["agenda_item"][0]["date"] == "2026-03-01"


def test_memberships_learn_the_names_of_person_and_organization(tmp_path: Path) -> None:
    some = [
        told(record("person", "3", name="Ada Beispiel")),
        told(record("organization", "au1", name="Bauausschuss")),
        told(
            record(
                "membership",
                "3-au1",
                person_url="http://r/person/3",
                organization_url="http://r/organization/au1",
            )
        ),
    ]
    member = run(tmp_path, *some)["membership"][0]
    assert (member["person"], member["organization"]) == ("Ada Beispiel", "Bauausschuss")


def test_a_meeting_learns_its_organization_and_hands_it_on(tmp_path: Path) -> None:
    some = [
        told(record("organization", "au1", name="Bauausschuss")),
        told(record("meeting", "5", organization_url="http://r/organization/au1")),
        told(record("agenda_item", "9", meeting_id="musterau:meeting:5")),
    ]
    found = run(tmp_path, *some)
    assert found["meeting"][0]["organization"] == found["agenda_item"][0]["organization"] == "Bauausschuss"


def test_a_line_with_a_name_filled_in_keeps_style_and_order_of_keys(tmp_path: Path) -> None:
    item = record("agenda_item", "9", meeting_url="http://r/meeting/5", subject=ODD)
    run(tmp_path, told(item), told(record("meeting", "5", organization="Rat")))
    filled = item.model_copy(update={"meeting_id": "musterau:meeting:5", "organization": "Rat"})
    assert (tmp_path / "agenda_items.jsonl").read_text("utf-8").rstrip("\n") == filled.model_dump_json()


def test_what_is_known_under_an_endpoint_s_address_is_found_by_it(tmp_path: Path) -> None:
    """`url` is the page for people; other objects name the endpoint's address."""
    some = [
        told(record("organization", "1", name="Rat", extra={"id": "http://r/oparl/organizations?id=1"})),
        told(record("meeting", "5", organization_url="http://r/oparl/organizations?id=1")),
    ]
    assert run(tmp_path, *some)["meeting"][0]["organization"] == "Rat"


def test_a_joint_meeting_learns_all_its_organizations(tmp_path: Path) -> None:
    refs = tuple(OrganizationRef(url=f"http://r/organization/{n}") for n in (1, 2, 404))
    some = [
        told(record("organization", "1", name="Bauausschuss")),
        told(record("organization", "2", name="Umweltausschuss")),
        told(record("meeting", "5", organization_url="http://r/organization/1", organizations=refs)),
    ]
    meeting = run(tmp_path, *some)["meeting"][0]
    assert [ref["name"] for ref in meeting["organizations"]] == ["Bauausschuss", "Umweltausschuss", None]
    assert meeting["organization"] == "Bauausschuss; Umweltausschuss"


def test_deliberations_learn_committee_and_day(tmp_path: Path) -> None:
    rows = (
        Deliberation(order=1, committee_url="http://r/organization/1", meeting_url="http://r/meeting/6"),
        Deliberation(order=2, committee="Rat", meeting_url="http://r/meeting/5"),
        Deliberation(order=3, committee_url="http://r/organization/404", meeting_url="http://r/meeting/404"),
    )
    some = [
        told(record("organization", "1", name="Bauausschuss")),
        told(record("meeting", "5", date=dt.date(2026, 3, 1))),
        told(record("meeting", "6", date=dt.date(2026, 4, 1))),
        told(record("paper", "1", deliberations=rows)),
    ]
    paper = run(tmp_path, *some)["paper"][0]
    assert [(row["committee"], row["date"]) for row in paper["deliberations"]] == [
        ("Bauausschuss", "2026-04-01"), ("Rat", "2026-03-01"), (None, None),
    ]  # fmt: skip
    assert paper["deliberation_dates"] == ["2026-03-01", "2026-04-01"]


def test_names_behind_references_in_extra_are_joined(tmp_path: Path) -> None:
    extra = {
        "underDirectionOf": "http://r/organization/1; http://r/organization/2",
        "originatorPerson": "http://r/person/404",
    }
    some = [
        told(record("organization", "1", name="Bauamt")),
        told(record("organization", "2", name="Umweltamt")),
        told(record("paper", "1", extra=extra)),
        told(record("paper", "2", extra=extra, department="Kämmerei")),
    ]
    first, second = run(tmp_path, *some)["paper"]
    assert (first["department"], first["author"]) == ("Bauamt; Umweltamt", None)
    assert second["department"] == "Kämmerei"


def test_rows_that_have_pages_of_their_own_are_gathered(tmp_path: Path) -> None:
    first = Deliberation(order=1, role="Vorberatung", meeting_url="http://r/meeting/5")
    second = Deliberation(order=1, role="Entscheidung", date=dt.date(2026, 3, 1))
    some = [
        told(record("paper", "1", subject="Bänke"), own=True),
        told(record("paper", "1", deliberations=(first,)), "http://r/consultation/1"),
        told(record("paper", "1", deliberations=(second,)), "http://r/consultation/2"),
        told(record("paper", "1", deliberations=(second,)), "http://r/consultation/3"),
    ]
    paper = run(tmp_path, *some)["paper"][0]
    assert [(row["order"], row["role"]) for row in paper["deliberations"]] == [
        (1, "Vorberatung"), (2, "Entscheidung"),
    ]  # fmt: skip
    assert paper["deliberation_dates"] == ["2026-03-01"]
    listed = told(record("paper", "1", subject="Bänke"), "http://r/papers")
    assert len(run(tmp_path, listed, *some[1:])["paper"][0]["deliberations"]) == 2
    own = told(record("paper", "1", deliberations=(second,)), own=True)
    assert len(run(tmp_path, own, *some[1:])["paper"][0]["deliberations"]) == 1


# ---- meetings without a number


def test_a_numbered_meeting_takes_over_from_the_calendar_entry(tmp_path: Path) -> None:
    day = dt.date(2026, 3, 1)
    some = [
        told(record("meeting", "2026-03-01-sitzung-des-rates", date=day, name="Sitzung  des Rates")),
        told(record("meeting", "5", date=day, name="sitzung des Rates")),
        told(record("meeting", "2026-03-01-anderes", date=day, name="Anderes")),
    ]
    counts = export(sorted(some, key=sort_key), tmp_path)
    names = [json.loads(line)["name"] for line in (tmp_path / "meetings.jsonl").read_bytes().splitlines()]
    assert names == ["Anderes", "sitzung des Rates"]
    assert counts.aliases == {"musterau:meeting:2026-03-01-sitzung-des-rates": "musterau:meeting:5"}
    assert counts.records["meeting"] == 2


def test_the_name_in_the_calendar_counts_even_when_the_own_page_prints_another(tmp_path: Path) -> None:
    day = dt.date(2026, 3, 1)
    some = [
        told(record("meeting", "2026-03-01-rat", date=day, name="Rat")),
        told(record("meeting", "5", date=day, name="Rat"), "http://r/calendar2"),
        told(record("meeting", "5", date=day, name="25. Sitzung des Rates"), own=True),
    ]
    assert [line["name"] for line in run(tmp_path, *some)["meeting"]] == ["25. Sitzung des Rates"]


@pytest.mark.parametrize(
    ("day", "name"), [("2026-03-02", "Rat"), ("2026-03-01", "Anderer Rat"), (None, "Rat")]
)
def test_another_day_or_name_is_another_meeting(tmp_path: Path, day: str | None, name: str) -> None:
    date = dt.date.fromisoformat(day) if day else None
    some = [
        told(record("meeting", "2026-03-01-rat", date=dt.date(2026, 3, 1), name="Rat")),
        told(record("meeting", "5", date=date, name=name)),
    ]
    assert len(run(tmp_path, *some)["meeting"]) == 2


# ---- counting


def test_warnings_are_counted_with_one_example(tmp_path: Path) -> None:
    some = [
        told(record("paper", "1", warnings=("unknown_label:Klimawirkung",)), own=True),
        told(record("paper", "2", warnings=("unknown_label:Klimawirkung", "text_truncated")), own=True),
        told(record("paper", "3"), own=True),
        told(record("meeting", "3", warnings=("unknown_label:X",))),
    ]
    counts = export(sorted(some, key=sort_key), tmp_path)
    assert counts.warnings == {
        "unknown_label:Klimawirkung": (2, "http://r/paper/1"),
        "text_truncated": (1, "http://r/paper/2"),
        "unknown_label:X": (1, "http://r/meeting/3"),
    }
    assert (counts.own, counts.unlabelled) == (3, 2)
    assert counts.records == {
        "paper": 3, "meeting": 1, "agenda_item": 0, "organization": 0, "person": 0, "membership": 0,
    }  # fmt: skip


# ---- files


def test_all_six_files_are_written_sorted_by_id(tmp_path: Path) -> None:
    lines = run(tmp_path, *(told(record("paper", native)) for native in ("9", "10", "ä", "1")))
    assert sorted(lines) == sorted(set(FILES) - {"file"})
    assert [line["id"].rsplit(":")[-1] for line in lines["paper"]] == ["1", "10", "9", "ä"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(set(FILES.values()) - {"files.jsonl"})


def test_files_jsonl_is_written_when_there_are_files(tmp_path: Path) -> None:
    assert run(tmp_path, told(record("file", "1")))["file"][0]["kind"] == "file"


def test_with_kinds_only_their_files_are_written_and_the_others_left(tmp_path: Path) -> None:
    (tmp_path / "meetings.jsonl").write_text("before\n")
    meeting = record("meeting", "5", organization="Rat")
    item = record("agenda_item", "9", meeting_id="musterau:meeting:5")
    counts = export(sorted([told(item), told(meeting)], key=sort_key), tmp_path, {"agenda_item"})
    assert counts.records == {"agenda_item": 1}
    assert (tmp_path / "meetings.jsonl").read_text() == "before\n"
    assert json.loads((tmp_path / "agenda_items.jsonl").read_bytes())["organization"] == "Rat"
    assert not (tmp_path / "papers.jsonl").exists()


def test_an_error_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    run(tmp_path, told(record("paper", "1", subject="vorher")))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def breaking() -> Iterator[Contribution]:
        yield told(record("paper", "1", subject="nachher"))
        raise StorageError("state is damaged")

    with pytest.raises(StorageError):
        export(breaking(), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_full_disk_is_a_storage_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    run(tmp_path, told(record("paper", "1", subject="vorher")))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StorageError, match="cannot write the records"):
            export((told(record("paper", f"{n:05}", text="x" * 1000)) for n in range(400)), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot write"):
        export([], tmp_path)
    tmp_path.chmod(0o700)


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot write the records"):
        export([], tmp_path / "missing")


def test_shuffled_pages_give_the_same_bytes(tmp_path: Path) -> None:
    some = [
        told(record(kind, str(native), warnings=(f"w{page}",)), f"http://r/{page}", own=page == native % 7)
        for kind in ("organization", "person", "meeting", "agenda_item", "paper", "membership")
        for native in range(20)
        for page in range(3)
    ]
    outputs = set()
    for seed in range(4):
        random.Random(seed).shuffle(some)
        export(sorted(some, key=sort_key), tmp_path)
        outputs.add(
            b"".join(
                (tmp_path / name).read_bytes() for name in sorted(FILES.values()) if name != "files.jsonl"
            )
        )
    assert len(outputs) == 1


def test_the_models_have_the_keys_that_names_are_filled_into() -> None:
    from scraper.merging.references import FILLS

    parts = {"deliberations": Deliberation, "organizations": OrganizationRef}
    for kind, fills in FILLS.items():
        for fill in fills:
            model = parts[fill.rows] if fill.rows else KINDS[kind]
            keys = {fill.key, fill.via.partition(":")[0], *([fill.rows] if fill.rows else [])}
            assert keys <= {*model.model_fields, fill.rows}
            assert fill.rows in {"", *KINDS[kind].model_fields}
            assert all(fill.value in KINDS[target].model_fields for target in fill.targets)
            assert fill.marks
