"""The arrows between the parts of the house, read off the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_USE = {
    "pages": {"ui", "transfer", "services", "domain", "config"},
    "ui": {"transfer", "services", "domain", "config"},
    "guard": {"services", "domain", "config"},
    "web": {"guard", "services", "domain", "config"},
    "company_way": {"web", "ui", "services", "domain", "config"},
    "background": {"services", "domain"},
    "cli": {"transfer", "services", "domain", "config"},
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
