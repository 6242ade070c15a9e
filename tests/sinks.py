"""Finds what people typed on its way to a place that reads Markdown without `md()`, `paragraphs()` or `label()`.

The code of the screens is followed, not run: a text is raw when it is a column that people fill in (`row["title"]`,
`person.name`), or is made of such. It stays raw through variables, f-strings and functions, `plain()` among them, until
one of the three makes it safe. A parameter that reaches such a place makes a place of the function's own callers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from okrdash.domain.tables import TABLES

SAFE = {"md", "paragraphs", "label"}
"""What makes a text safe."""
COLUMNS = {c.name for t in TABLES.values() for c in t.columns if c.type in ("text", "refs") and not c.choices}
RAW = (COLUMNS - {"id", "value", "kind", "table", "row", "before", "after"}) | {
    *("names", "titles", "teams", "units", "fault", "message", "objective_title", "unit_of", "subject", "error"),
    *("browser", "address", "function", "says_who", "problem"),
}
"""Names under which a text that people typed, or a message that tells of one, is found."""
_INPUTS = (
    "text_input",
    "text_area",
    "number_input",
    "selectbox",
    "multiselect",
    "radio",
    "checkbox",
    "toggle",
    "pills",
)
_INPUTS += ("date_input", "slider", "file_uploader", "button", "form_submit_button")
_INPUTS += ("download_button", "link_button", "popover", "expander", "page_link", "metric", "dialog", "status")
_TEXTS = (
    "markdown",
    "caption",
    "header",
    "subheader",
    "title",
    "info",
    "error",
    "warning",
    "success",
    "toast",
    "badge",
)
PLACES: Mapping[str, tuple[object, ...]] = {
    **dict.fromkeys(_TEXTS, (0, "body", "help")),
    **dict.fromkeys(_INPUTS, (0, "label", "help")),
    "metric": (0, 1, 2, "label", "value", "delta", "help"),
    "page_link": ("label", "help"),
    "tabs": (0,),
    "radio": (0, "label", "help", "format_func", "captions"),
    "pills": (0, "label", "help", "format_func"),
    "segmented_control": (0, "label", "help", "format_func"),
    "spinner": (0,),
    "toast": (0,),
    "write": (0,),
}
"""Streamlit's functions that read Markdown, with the arguments that they read so."""
_HARMLESS = {"len", "int", "float", "round", "sum", "bool", "any", "all", "isinstance", "hash"} | {
    *("quote", "quote_plus", "nunique", "total")
}


@dataclass
class Function:
    """A function of the screens."""

    node: ast.FunctionDef
    module: Module
    places: set[str] = field(default_factory=set)
    """Its parameters that reach a place."""

    @cached_property
    def parameters(self) -> list[str]:
        arguments = self.node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        return names[1:] if names[:1] == ["self"] else names

    @cached_property
    def every(self) -> list[str]:
        return [*self.parameters, *(a.arg for a in self.node.args.kwonlyargs)]

    @cached_property
    def texts(self) -> frozenset[str]:
        """Its parameters that are texts, or hold some: of a row or a board it says itself which columns it takes."""
        arguments = (*self.node.args.posonlyargs, *self.node.args.args, *self.node.args.kwonlyargs)
        may_be = ("str", "object", "Any")
        says = {a.arg: ast.unparse(a.annotation) if a.annotation else "Any" for a in arguments}
        return frozenset(name for name, type in says.items() if any(word in type for word in may_be))


@dataclass
class Module:
    """A file of the screens."""

    path: Path
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """What it imports of the screens: a name, and the module or "module.function" that it stands for."""


def read(files: Iterable[Path]) -> dict[str, Module]:
    """The modules, by name."""
    modules = {}
    for path in files:
        module = Module(path, ast.parse(path.read_text("utf-8")))
        modules[path.stem if path.parent.name == "ui" else f"pages.{path.stem}"] = module
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                module.functions[node.name] = Function(node, module)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("okrdash.ui"):
                below = (node.module or "").removeprefix("okrdash.ui").lstrip(".")
                for alias in node.names:
                    module.known[alias.asname or alias.name] = f"{below}.{alias.name}" if below else alias.name
    return modules


class Search:
    """What is found in these modules."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.found: dict[str, str] = {}
        """Where raw text reaches a place: "file function", and the argument."""
        self._following: set[tuple[int, frozenset[str]]] = set()
        before = -1
        while before != (before := sum(len(f.places) for m in modules.values() for f in m.functions.values())):
            self.found.clear()
            for module in modules.values():
                self._search(module)

    def _search(self, module: Module) -> None:
        inside: dict[int, Function] = {}
        for function in module.functions.values():
            for node in ast.walk(function.node):
                inside[id(node)] = function  # of functions within functions the innermost comes last
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                function = inside.get(id(node))
                for says, argument in self._placed(module, node):
                    self._judge(module, function, says, argument)

    def _judge(self, module: Module, function: Function | None, says: str, argument: ast.expr) -> None:
        if self.raw(module, function, argument, frozenset()):
            where = f"{module.path.name} {function.node.name if function else '(page)'}"
            self.found[f"{where}: {says} ← {ast.unparse(argument)}"[:200]] = where
        elif function:
            for name in function.texts - function.places:
                if self.raw(module, function, argument, frozenset({name})):
                    function.places.add(name)

    def _placed(self, module: Module, call: ast.Call) -> list[tuple[str, ast.expr]]:
        """The arguments of a call that are read as Markdown."""
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        target = self._target(module, call.func)
        if target:
            named = dict(zip(target.parameters, call.args, strict=False))
            named |= {k.arg: k.value for k in call.keywords if k.arg}
            return [(f"{called}({name})", one) for name, one in named.items() if name in target.places]
        if not isinstance(call.func, ast.Attribute) or called not in PLACES or _is_module(module, call.func.value):
            return []
        found = [(called, one) for n, one in enumerate(call.args) if n in PLACES[called]]
        return found + [(f"{called}({k.arg})", k.value) for k in call.keywords if k.arg in PLACES[called]]

    def _target(self, module: Module, called: ast.expr) -> Function | None:
        """The function of the screens that is called."""
        if isinstance(called, ast.Name):
            if called.id in module.functions:
                return module.functions[called.id]
            where, _, name = module.known.get(called.id, "").rpartition(".")
            return self.modules[where].functions.get(name) if where in self.modules else None
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            where = module.known.get(called.value.id, "")
            return self.modules[where].functions.get(called.attr) if where in self.modules else None
        return None

    def raw(self, module: Module, function: Function | None, node: ast.AST | None, given: frozenset[str]) -> bool:  # noqa: C901
        """Whether an expression may hold raw text; `given` are parameters that do."""

        def of(*nodes: ast.AST | None) -> bool:
            return any(self.raw(module, function, one, given) for one in nodes)

        match node:
            case ast.Name():
                return self._name(module, function, node.id, given)
            case ast.Attribute():
                return node.attr in RAW and not _is_module(module, node.value)
            case ast.Subscript():
                key = node.slice
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    return key.value in RAW
                return of(node.value)
            case ast.Call():
                return self._call(module, function, node, given)
            case ast.JoinedStr():
                return of(*(v.value for v in node.values if isinstance(v, ast.FormattedValue)))
            case ast.BinOp():
                return of(node.left, node.right)
            case ast.BoolOp():
                return of(*node.values)
            case ast.IfExp():
                return of(node.body, node.orelse)
            case ast.List() | ast.Tuple() | ast.Set():
                return of(*node.elts)
            case ast.Dict():
                return of(*node.values)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return of(node.elt)
            case ast.DictComp():
                return of(node.value)
            case ast.Lambda():
                return of(node.body)
            case ast.Starred() | ast.NamedExpr() | ast.FormattedValue():
                return of(node.value)
        return False

    def _call(self, module: Module, function: Function | None, call: ast.Call, given: frozenset[str]) -> bool:
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in SAFE or called in _HARMLESS:
            return False
        arguments = [*call.args, *(k.value for k in call.keywords)]
        target = self._target(module, call.func)
        if target is None:
            receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
            if called in PLACES:  # what a widget gives is a choice of ours, or what was typed just now
                return False
            return any(self.raw(module, function, one, given) for one in (*receiver, *arguments))
        named: dict[str | None, ast.expr] = dict(zip(target.parameters, call.args, strict=False))
        named |= {k.arg: k.value for k in call.keywords}
        passed = frozenset(
            str(n) for n, one in named.items() if n in target.texts and self.raw(module, function, one, given)
        )
        key = (id(target), passed)
        if key in self._following:
            return False
        self._following.add(key)
        try:
            returns = [n.value for n in ast.walk(target.node) if isinstance(n, ast.Return | ast.Yield)]
            return any(self.raw(target.module, target, one, passed) for one in returns)
        finally:
            self._following.discard(key)

    def _name(self, module: Module, function: Function | None, name: str, given: frozenset[str]) -> bool:
        if name in given:
            return True
        scope = function.node if function else module.tree
        values = _bindings(scope).get(name, [])
        if not values and function:
            if name in function.every:
                return False  # its callers are asked
            values = _bindings(module.tree).get(name, [])
        if not values:
            around = any(
                name in one.every for one in module.functions.values()
            )  # a function around this one is given it
            return name in RAW and name not in module.known and not around
        key = (id(scope), frozenset({name, "=", *given}))
        if key in self._following:
            return False
        self._following.add(key)
        try:
            return any(self.raw(module, function, one, given) for one in values)
        finally:
            self._following.discard(key)


@cache
def _bindings(scope: ast.AST) -> Mapping[str, list[ast.AST]]:  # noqa: C901
    """What each name is given in a function or module; of a loop's name also the name itself, which says what it is."""
    found: dict[str, list[ast.AST]] = {}

    def bind(target: ast.AST, value: ast.AST | None) -> None:
        if isinstance(target, ast.Name) and value is not None:
            found.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple):
            every = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
            for one, its in zip(target.elts, every, strict=False):
                bind(one, its or ast.Attribute(ast.Constant(""), getattr(one, "id", "")))

    def listed(node: ast.AST) -> ast.Tuple | ast.List | None:
        """The list that is looped over, where it stands in the code."""
        if isinstance(node, ast.Name) and len(found.get(node.id, ())) == 1:
            node = found[node.id][0]
        return node if isinstance(node, ast.Tuple | ast.List) and node.elts else None

    for node in ast.walk(scope):
        match node:
            case ast.Assign():
                for target in node.targets:
                    bind(target, node.value)
            case ast.AnnAssign() | ast.NamedExpr() | ast.AugAssign():
                bind(node.target, node.value)
            case ast.For() | ast.comprehension() if literal := listed(node.iter):
                for value in literal.elts:
                    bind(node.target, value)
            case ast.For() | ast.comprehension() if _ours(node.iter):
                for one in (n for n in ast.walk(node.target) if isinstance(n, ast.Name)):
                    bind(one, ast.Constant(""))
            case ast.For() | ast.comprehension():
                of_text = any(isinstance(n, ast.Name) and n.id in ("names", "titles") for n in ast.walk(node.iter))
                bind(node.target, node.iter if isinstance(node.target, ast.Name) else None)
                for one in node.target.elts if isinstance(node.target, ast.Tuple) and of_text else [node.target]:
                    bind(one, ast.Attribute(ast.Constant(""), "names" if of_text else getattr(one, "id", "")))
            case ast.ExceptHandler() if node.name:
                bind(ast.Name(node.name), ast.Attribute(ast.Constant(""), "fault"))
    return found


def _ours(node: ast.AST) -> bool:
    """Whether it is made of constants of the module alone: of what stands in the code nothing was typed."""
    named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {"zip", "enumerate", "list", "st", "dict"}
    return bool(named) and all(name.isupper() for name in named)


def _is_module(module: Module, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in module.known and node.id not in module.functions
