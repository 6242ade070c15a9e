"""The arrows between the parts of the house, read off the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.sinks import Search, read

ROOT = Path(__file__).parent.parent
MAY_USE = {
    "pages": {"ui", "transfer", "services", "domain", "config"},
    "ui": {"transfer", "services", "domain", "config"},
    "guard": {"services", "domain", "config"},
    "web": {"guard", "services", "domain", "config"},
    "company_way": {"web", "ui", "services", "domain", "config"},
    "background": {"services", "domain"},
    "cli": {"cli_database", "cli_people", "transfer", "services", "domain", "config"},
    "cli_database": {"services", "domain", "config"},
    "cli_people": {"services", "domain"},
    "transfer": {"services", "domain", "config"},
    "services": {"store", "domain", "config"},
    "store": {"domain", "config"},
    "domain": set(),
    "config": {"domain"},
    "app": {"background", "company_way", "guard", "web", "ui", "transfer", "services", "domain", "config"},
}
"""What each part may import of okrdash beside itself."""
ONLY = {
    "streamlit": ("app.py", "okrdash/company_way.py", "okrdash/guard.py", "okrdash/web.py", "okrdash/ui/", "pages/"),
    "duckdb": ("okrdash/store/",),
    "altair": ("okrdash/ui/charts.py",),
    "streamlit_authenticator": ("okrdash/ui/sign_in.py",),
    "bcrypt": ("okrdash/services/passwords.py",),
    "apprise": ("okrdash/services/delivery.py",),
}
"""Libraries that only these files may import."""

FILES = [ROOT / "app.py", *sorted((ROOT / "okrdash").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def part(path: Path) -> str:
    """The part of the house that a file belongs to."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "okrdash" and len(parts) > 1 else parts[0]


def name(path: Path) -> str:
    """A file's path as tests are called."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_point_one_way(path: Path) -> None:
    allowed = MAY_USE.get(part(path), {"cli"})
    used = {m.split(".")[1] for m in imports(path) if m.startswith("okrdash.") and m != "okrdash.__version__"}
    assert used - allowed - {part(path)} == set()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    for library, places in ONLY.items():
        if any(module.split(".")[0] == library for module in imports(path)):
            assert name(path).startswith(places), library


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_config_reads_the_environment(path: Path) -> None:
    if path.name != "config.py":
        assert "os.environ" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "okrdash" / "domain").rglob("*.py")), ids=name)
def test_the_domain_has_no_clock(path: Path) -> None:
    called = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    calls = {function.attr for function in called if isinstance(function, ast.Attribute)}
    assert calls.isdisjoint({"today", "now", "utcnow"})


@pytest.mark.parametrize("path", [path for path in FILES if "ui" in path.parts], ids=name)
def test_what_is_run_alone_asks_too_who_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    if "st.dialog(" in text or "st.fragment" in text:
        assert "require(" in text, "a browser can have a dialog or fragment run without its page"


SAFE_ALREADY = {
    "conversation.py _draw_comment": "what says a comment, with its mentions in bold, makes the rest of it safe itself",
    "links.py back": "a screen's own title",
}
"""Where what looks like something typed is none, and why."""


def test_what_people_typed_is_made_safe_before_it_is_shown() -> None:
    screens = read([*sorted((ROOT / "okrdash" / "ui").glob("*.py")), *sorted((ROOT / "pages").glob("*.py"))])
    found = Search(screens).found
    assert [says for says, where in found.items() if where not in SAFE_ALREADY] == [], "md(), paragraphs() or label()"
    assert SAFE_ALREADY.keys() <= set(found.values())


@pytest.mark.parametrize(
    ("code", "reaches"),
    [
        ("st.caption(row['title'])", True),
        ("st.caption(md(row['title']))", False),
        ("st.caption(plain(row['title']))", True),
        ("said = [f'{who}: {n}' for who, n in names.items()]\nst.info(' · '.join(said))", True),
        ("def told(row): return f'from {row.name}'\nst.toast(told(row))", True),
        ("def told(row): return f'from {label(row.name)}'\nst.toast(told(row))", False),
        ("def show(says: str): st.markdown(f'**{says}**')\nshow(person.name)", True),
        ("def show(says: str): st.markdown(f'**{says}**')\nshow('Ours')", False),
        ("st.button('Save', help=f'For {row[\"title\"]}')", True),
        ("st.selectbox('Team', teams)", False),
        ("st.radio('Team', keys, format_func=lambda key: titles[key])", True),
    ],
)
def test_what_is_not_made_safe_is_found(tmp_path: Path, code: str, reaches: bool) -> None:
    path = tmp_path / "screen.py"
    path.write_text(code, "utf-8")
    assert bool(Search(read([path])).found) is reaches


def constant(node: ast.stmt) -> bool:
    """Whether a statement only imports, explains or names a value."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return not any(isinstance(inner, ast.Call) for inner in ast.walk(node))
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=name)
def test_a_page_first_asks_who_is_there(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8")).body
    first = next(node for node in body if not constant(node))
    assert "require(" in ast.unparse(first), "require(…) must come before anything else is done"
