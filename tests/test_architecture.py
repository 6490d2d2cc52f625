"""The rules of the house that a machine can check. The picture they keep is in docs/architecture.md."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scraper"

# From the ground up: a module imports from its own layer (never in a circle) and from those above it here.
LAYERS = tuple(
    (title, frozenset(members.split()))
    for title, members in (
        ("values", "__init__ errors records page spans stamp"),
        (
            "reading",
            "german outcomes votes agenda documents vocabulary dom text boilerplate labels address objects "
            "accounting icalendar sections",
        ),
        ("contract", "vendor view"),
        ("products", "vendors"),
        ("parsers", "parser detect finding plaintext evidence"),
        ("network", "robots wire fetcher warc durable archive"),
        ("means", "sandbox catalog many"),
        (
            "records",
            "merging state database writes lastexport store exporter expectations report coverage comparing "
            "lookup provenance",
        ),
        ("work", "crawling harvest joint politeness spool reparse probe wordings explaining proving"),
        ("command line", "terminal cli __main__"),
    )
)

# Who may touch a library; whoever is not listed may not.
OWNERS = {
    "httpx": {"wire.sender", "wire.transport", "warc.replay"},
    "httpcore": {"wire.transport", "wire.dial"},
    "selectolax": {"dom"},
    "typer": {"terminal.app", "terminal.asking", "terminal.commands"},
    "rich": {"terminal.progress"},
    "sqlite3": {"database", "lastexport", "lookup", "store", "writes"},
    "pydantic": {"records", "terminal.schema"},
    "warcio": set(),
    "requests": set(),
    "bs4": set(),
    "lxml": set(),
}

# A parser is a function of bytes: it sees no client, clock, path or environment.
PURE_LAYERS = ("values", "reading", "contract", "products", "parsers")
IMPURE = {
    "os",
    "sys",
    "time",
    "pathlib",
    "socket",
    "ssl",
    "subprocess",
    "threading",
    "random",
    "sqlite3",
    "io",
}

# The cut: what fetches, stores and writes knows nothing of how a page is read; only a run sees both sides.
BLIND_LAYERS = ("network", "means", "records")
READING_LAYERS = ("reading", "contract", "products", "parsers")

MAX_MODULE = 400
MAX_FUNCTION = 40
VAGUE = re.compile(r"(util|helper|common|misc|tool)s?")


@cache
def modules() -> dict[str, Path]:
    """Dotted name below the package → file."""
    return {_dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Full names of what `path` imports at run time, also inside functions (not `if TYPE_CHECKING:`)."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inner_imports(path: Path) -> Iterator[str]:
    """Dotted names (as in `modules`) of the package's own modules that `path` imports."""
    for name in imports(path):
        if name != "scraper" and not name.startswith("scraper."):
            continue
        parts = name.split(".")[1:]
        while parts and ".".join(parts) not in modules():
            parts.pop()
        yield ".".join(parts) or "__init__"


def layer(name: str) -> int:
    top = name.partition(".")[0]
    for rank, (_, members) in enumerate(LAYERS):
        if top in members:
            return rank
    pytest.fail(f"scraper/{top}.py has no place: put it into a layer of tests/test_architecture.py")


def title_of(name: str) -> str:
    return LAYERS[layer(name)][0]


def test_imports_point_down() -> None:
    upward = [
        f"{name} imports {other}"
        for name, path in modules().items()
        for other in inner_imports(path)
        if layer(other) > layer(name)
    ]
    assert upward == []


def test_what_fetches_and_stores_knows_nothing_of_reading() -> None:
    knowing = [
        f"{name} imports {other}"
        for name, path in modules().items()
        for other in inner_imports(path)
        if title_of(name) in BLIND_LAYERS and title_of(other) in READING_LAYERS
    ]
    assert knowing == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: set(inner_imports(path)) - {name} for name, path in modules().items()}
    while leaves := [name for name, needs in graph.items() if not needs]:
        for leaf in leaves:
            del graph[leaf]
        for needs in graph.values():
            needs.difference_update(leaves)
    assert graph == {}


def test_libraries_have_one_owner() -> None:
    strangers = [
        f"{name} imports {library}"
        for name, path in modules().items()
        for library in {full.split(".")[0] for full in imports(path)}
        if library in OWNERS and name not in OWNERS[library]
    ]
    assert strangers == []


def test_parsers_are_pure() -> None:
    impure = [
        f"{name} imports {library}"
        for name, path in modules().items()
        if title_of(name) in PURE_LAYERS
        for library in {full.split(".")[0] for full in imports(path)}
        if library in IMPURE
    ]
    assert impure == []


def test_products_know_nothing_of_each_other_and_nobody_names_them() -> None:
    named = []
    for name, path in modules().items():
        for other in inner_imports(path):
            parts = other.split(".")
            if parts[0] == "vendors" and len(parts) > 1 and name.split(".")[:2] != parts[:2]:
                named.append(f"{name} imports {other}")
    assert named == []


def test_modules_are_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: length for name, length in lengths.items() if length > MAX_MODULE} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name}.{node.name}: {length}"
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := _length(node)) > MAX_FUNCTION
    ]
    assert long == []


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: that one may be as long as it has to be."""
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is None or len(node.body) == 1:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in modules() if any(map(VAGUE.fullmatch, name.split(".")))] == []


def test_every_public_module_class_and_function_says_what_it_is() -> None:
    silent = []
    for name, path in modules().items():
        body = tree(path)
        if ast.get_docstring(body) is None:
            silent.append(name)
        silent += [
            f"{name}.{node.name}"
            for node in body.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    assert silent == []


@cache
def committed() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(ROOT / name for name in listed.stdout.decode().split("\0") if name)


def test_the_top_level_holds_what_it_should() -> None:
    folders = {
        path.relative_to(ROOT).parts[0] for path in committed() if len(path.relative_to(ROOT).parts) > 1
    }
    assert folders <= {"scraper", "fixtures", "tests", "output", "docs", ".ci"}


def test_every_route_of_every_product_has_a_fixture() -> None:
    from scraper import vendors

    bare = []
    for name in vendors.names():
        addresses = _fixture_addresses(name)
        bare += [
            f"{name}: {route.kind} {route.pattern.pattern}"
            for route in vendors.load(name).routes
            if not any(route.pattern.search(address) for address in addresses)
        ]
    assert bare == []


def _fixture_addresses(vendor: str) -> list[str]:
    metas = (ROOT / "fixtures" / vendor).glob("*/meta.json")
    return [str(json.loads(meta.read_text(encoding="utf-8")).get("url", "")) for meta in metas]


def quotes() -> list[tuple[str, list[str]]]:
    """File and pieces of every code quoted in CONTRIBUTING.md; `…` stands for what is left out."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(r"^```python\n# (\S+)\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    return [(name, body.split("…\n")) for name, body in found]


def test_the_guide_quotes_the_sources() -> None:
    assert len(quotes()) >= 4
    stale = [
        f"{name}: {piece}"
        for name, pieces in quotes()
        for piece in pieces
        if piece not in (ROOT / name).read_text(encoding="utf-8")
    ]
    assert stale == []


def test_the_guide_and_the_readme_name_only_files_that_are_there() -> None:
    missing = [
        f"{page}: {name}"
        for page in (
            "README.md",
            "CONTRIBUTING.md",
            "docs/architecture.md",
            "docs/decisions.md",
            "docs/catalog.md",
            "docs/fields.md",
        )
        for name in re.findall(
            r"`((?:scraper|tests|docs|fixtures)/[\w./-]+)`", (ROOT / page).read_text(encoding="utf-8")
        )
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_every_command_is_in_the_readme() -> None:
    from scraper import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^  (\w+) [A-Z\[]", cli.HELP.partition("Examples:")[0], re.MULTILINE)
    assert commands
    assert [command for command in commands if f"ris {command}" not in readme] == []


def test_the_picture_shows_every_module_in_its_layer() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = re.split(r"^### (.+)$", picture, flags=re.MULTILINE)
    shown = {
        title: re.findall(r"^\| `([\w.]+)` \| (.+) \|$", body, re.MULTILINE)
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    expected = {
        title: [
            (name, (ast.get_docstring(tree(modules()[name])) or "").splitlines()[0])
            for member in sorted(members - {"__init__"})
            for name in sorted(modules())
            if name == member or (name.startswith(f"{member}.") and member != "vendors")
        ]
        for title, members in LAYERS
    }
    assert shown == expected


def test_the_layers_name_only_modules_that_are_there() -> None:
    assert set().union(*(members for _, members in LAYERS)) == {name.partition(".")[0] for name in modules()}
