"""Which settings does the package read? By the syntax of its modules, with the models that stand behind each expression.

The same name in another model is no reading: `settings.exclusions` reads `Settings.exclusions`, not
`Collection.exclusions`. An expression is known by the models that may be in it; a list of them, a loop over it and an element
of it are the same. Models come from annotations, from `settings` itself, and from what is handed to a function. No
reading are validators, methods of the settings that nobody calls, and dumps that make a key or a file.
"""

import ast
import inspect
import re
from collections import defaultdict
from pathlib import Path

from pydantic import BaseModel

import datasync_lib.settings as declared

MODELS = {
    name: model
    for name, model in vars(declared).items()
    if inspect.isclass(model) and issubclass(model, BaseModel) and model.__module__.startswith(f"{declared.__name__}.")
}
FIELDS = {name: set(model.model_fields) for name, model in MODELS.items()}
# What they give is what went in: the elements of a list, or one of them.
PASS_ON = {
    "enumerate",
    "next",
    "sorted",
    "tuple",
    "list",
    "set",
    "reversed",
    "zip",
    "iter",
    "chain",
    "filter",
    "repeat",
}
NOTHING: frozenset[str] = frozenset()


class SettingsReads:
    """The settings that a package reads.

    Args:
        package: the folder of its modules.
    """

    def __init__(self, package: Path):
        texts = {path: path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))}
        others = "\n".join(text for path, text in texts.items() if not _is_of_settings(path))
        self.words = set(re.findall(r"[\"'](\w+)[\"']", others))
        # A module that does not even name the settings reads none of them.
        trees = {path: ast.parse(text) for path, text in texts.items() if "settings" in text or "@reads(" in text}
        _without_uncalled(trees, called=set(re.findall(r"\.(\w+)", others)))
        self.known = {path: _known_in(path, tree) for path, tree in trees.items()}
        self.reads: set[str] = set()
        self.functions: dict[str, list[tuple[Path, ast.FunctionDef]]] = defaultdict(list)
        self.attributes: dict[str, set[str]] = defaultdict(set, settings={"Settings"})
        self.handed: dict[tuple[int, str], set[str]] = defaultdict(set)
        for path, tree in trees.items():
            self._learn(path, tree)
        known = -1
        while known != (known := sum(map(len, self.handed.values()))):  # what one pass hands over, the next follows
            for path, tree in trees.items():
                self._walk(tree, {}, path)

    def _learn(self, path: Path, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name].append((path, node))
            if isinstance(node, ast.ClassDef) and node.name not in MODELS:
                for each in node.body:
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                        self.attributes[each.target.id] |= self._annotated(each.annotation, path)
                    if isinstance(each, ast.FunctionDef) and each.returns:
                        self.attributes[each.name] |= self._annotated(each.returns, path)

    def _walk(self, node: ast.AST, names: dict[str, set[str]], path: Path) -> None:
        """Everything below a node, in the order of the text, with the models behind the names that are known there."""
        if isinstance(node, ast.FunctionDef):
            self._wired(node)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            names = names | self._parameters(node, path, names.get("class"))
        elif isinstance(node, ast.ClassDef):
            names = names | {"class": {node.name} & set(MODELS)}
        elif isinstance(node, ast.For | ast.comprehension):
            self._bind(node.target, self._models(node.iter, names, path), names)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            names = dict(names)
            for loop in node.generators:
                self._bind(loop.target, self._models(loop.iter, names, path), names)
        for child in ast.iter_child_nodes(node):
            self._walk(child, names, path)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, self._models(node.value, names, path), names)
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
            self._bind(node.target, self._models(node.value, names, path), names)
        elif isinstance(node, ast.Attribute | ast.Call):
            self._models(node, names, path)

    def _bind(self, target: ast.expr, models: set[str], names: dict[str, set[str]]) -> None:
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and models:
                names[each.id] = names.get(each.id, set()) | models

    def _parameters(self, node: ast.FunctionDef | ast.Lambda, path: Path, own: set[str] | None) -> dict[str, set[str]]:
        given = {}
        for number, each in enumerate([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]):
            models = self._annotated(each.annotation, path)
            if each.arg == "settings" and not each.annotation:
                models = {"Settings"}
            if number == 0 and each.arg == "self" and own:
                models = own
            given[each.arg] = models | self.handed[id(node), each.arg]
        return given

    def _models(self, node: ast.expr | None, names: dict[str, set[str]], path: Path) -> set[str]:
        """The models that may be in an expression; readings in it are noted."""
        match node:
            case ast.Name():
                return names.get(node.id, set())
            case ast.Attribute():
                return self._attribute(node, names, path)
            case ast.Call():
                return self._call(node, names, path)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                names = dict(names)
                for loop in node.generators:
                    self._bind(loop.target, self._models(loop.iter, names, path), names)
                return self._models(node.elt, names, path)
            case ast.IfExp():
                return self._models(node.body, names, path) | self._models(node.orelse, names, path)
            case ast.Subscript() | ast.Starred() | ast.NamedExpr():
                return self._models(node.value, names, path)
            case ast.BoolOp() | ast.Tuple() | ast.List() | ast.Set():
                parts = node.values if isinstance(node, ast.BoolOp) else node.elts
                return set().union(*(self._models(part, names, path) for part in parts))
        return set()

    def _attribute(self, node: ast.Attribute, names: dict[str, set[str]], path: Path) -> set[str]:
        behind = self._models(node.value, names, path)
        if not behind:
            return set(self.attributes.get(node.attr, NOTHING))
        found: set[str] = set()
        for model in behind:
            if node.attr in FIELDS[model]:
                self.reads.add(f"{model}.{node.attr}")
                found |= _models_in(MODELS[model].model_fields[node.attr].annotation)
        return found

    def _call(self, node: ast.Call, names: dict[str, set[str]], path: Path) -> set[str]:
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        arguments = [self._models(argument, names, path) for argument in node.args]
        if name == "getattr" and arguments and arguments[0]:
            self._read_by_name(arguments[0], node.args[1])
        if name == "model_dump" and isinstance(node.func, ast.Attribute):
            self._dump(self._models(node.func.value, names, path), node)
        if name in PASS_ON:
            return set().union(*arguments)
        found: set[str] = set()
        for where, function in self._called(name, path):
            plain = [a.arg for a in [*function.args.posonlyargs, *function.args.args] if a.arg not in ("self", "cls")]
            for parameter, models in zip(plain, arguments, strict=False):
                self.handed[id(function), parameter] |= models
            for keyword in node.keywords:
                if keyword.arg:
                    self.handed[id(function), keyword.arg] |= self._models(keyword.value, names, path)
            found |= self._annotated(function.returns, where)
        return found

    def _called(self, name: str, path: Path) -> list[tuple[Path, ast.FunctionDef]]:
        """The functions that a name may mean: those of the module, else those of the package."""
        return [each for each in self.functions[name] if each[0] == path] or self.functions[name]

    def _annotated(self, annotation: ast.expr | None, path: Path) -> set[str]:
        """The models that an annotation names, where its module has them from the settings."""
        names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} if annotation else set()
        return names & self.known[path]

    def _wired(self, function: ast.FunctionDef) -> None:
        """What a decorator hands in by its path in the settings: @reads("kind", maximum="ocn.maximum")."""
        used = {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}
        calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
        for keyword in (keyword for call in calls for keyword in call.keywords if keyword.arg in used):
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                models = {"Settings"}
                for field in keyword.value.value.split("."):
                    owners = [model for model in models if field in FIELDS[model]]
                    self.reads |= {f"{model}.{field}" for model in owners}
                    models = set().union(*(_models_in(MODELS[m].model_fields[field].annotation) for m in owners))

    def _read_by_name(self, models: set[str], name: ast.expr) -> None:
        words = {name.value} if isinstance(name, ast.Constant) else self.words
        self.reads |= {f"{model}.{field}" for model in models for field in FIELDS[model] & words}

    def _dump(self, models: set[str], call: ast.Call) -> None:
        """A dump of one block as a dict of Python is read by its keys; one as JSON, or of everything, is a key or a file."""
        options = {keyword.arg: keyword.value for keyword in call.keywords}
        if "mode" in options or "include" in options:
            return
        left_out = ast.literal_eval(options["exclude"]) if "exclude" in options else set()
        self.reads |= {f"{m}.{field}" for m in models - {"Settings"} for field in FIELDS[m] - left_out}


def _is_of_settings(path: Path) -> bool:
    return path.parent.name == "settings"


def _without_uncalled(trees: dict[Path, ast.Module], called: set[str]) -> None:
    """Validators, and methods of the settings that nobody outside calls, are taken out."""
    for path, tree in trees.items():
        if not _is_of_settings(path):
            continue
        for each in ast.walk(tree):
            if isinstance(each, ast.ClassDef):
                each.body = [n for n in each.body if not isinstance(n, ast.FunctionDef) or n.name in called] or [
                    ast.Pass()
                ]


def _known_in(path: Path, tree: ast.Module) -> set[str]:
    """The models that a module knows: the settings all of them, another one those that it imports."""
    if _is_of_settings(path):
        return set(MODELS)
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").endswith("settings")]
    return {alias.name for node in imports for alias in node.names} & set(MODELS)


def _models_in(annotation: object) -> set[str]:
    """The models in the type of a field, in whatever container."""
    inner = getattr(annotation, "__args__", ())
    own = {annotation.__name__} if inspect.isclass(annotation) and annotation.__name__ in MODELS else set()
    return own.union(*(_models_in(each) for each in inner))
