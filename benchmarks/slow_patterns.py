"""Which regular expression of the package takes more than its share on hostile text? One line for each that does.

    python benchmarks/slow_patterns.py

Python's `re` tries again from every place and with every length, so that some patterns take the square of a text's
length, or worse: 20,000 blanks in one subfield took five seconds. Here every pattern of the package is tried on texts
made of its own signs, in the ways in which it is used. (Polars' patterns are of another kind, and always linear.)
"""

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import datasync_lib

PACKAGE = Path(datasync_lib.__file__).parent
WAYS = ("match", "search", "fullmatch", "finditer", "findall", "sub", "subn", "split")
# Texts that no stranger writes, or that are short: our own sources, names of files.
NOT_HOSTILE = {"datasync_lib.code_hash", "datasync_lib.oclc.filenames"}
# Slow ones, which must be found on the machine where the others are said not to be slow.
KNOWN = {r"\s*(?:ISBN)?\s*([0-9]+)": "match", r"\s*(?:<!--.*?-->\s*)*<html": "match", r"\x1a+$": "search"}
SMALL, TIMES, SECONDS = 1_500, 4, 0.002
FAR_MORE = 2.5 * TIMES
_SAMPLES = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_DIGIT": "a"}
_SAMPLES |= {"CATEGORY_NOT_SPACE": "a", "CATEGORY_NOT_WORD": "-"}


def patterns() -> Iterator[tuple[str, re.Pattern, set[str]]]:
    """Every pattern of the package: where it stands, and by which methods it is used."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    lines = [line for source in sources.values() for line in source.splitlines()]
    for info in pkgutil.walk_packages(datasync_lib.__path__, "datasync_lib."):
        if info.name in NOT_HOSTILE or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        path = Path(module.__file__)
        for name, value in vars(module).items():
            for pattern in _within(value):
                ways = _ways_in(lines, rf"\b{name}") or _ways_in(
                    line for line in lines if re.search(rf"\b{name}\b", line)
                )
                yield f"{info.name}.{name}", pattern, ways or _ways_in(sources[path].splitlines())
        for call in ast.walk(ast.parse(sources[path])):
            if isinstance(call, ast.Call) and (pattern := _given(call)):
                yield f"{info.name}, line {call.lineno}", pattern, {call.func.attr}


def _within(value: object) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _within(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)


def _ways_in(lines: Iterable[str], called: str = "(?<!re)") -> set[str]:
    return {way for line in lines for way in re.findall(rf"{called}\.({'|'.join(WAYS)})\(", line)}


def _given(call: ast.Call) -> re.Pattern | None:
    """The pattern that a call such as re.sub(r"…", …) has in it."""
    if not (
        isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "re" and call.func.attr in WAYS
    ):
        return None
    text = call.args[0]
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str | bytes)):
        return None
    return re.compile(text.value, re.IGNORECASE if "re.I" in ast.unparse(call) else 0)


def _example(tokens: object, signs: dict[str, None]) -> str:
    """A short text that a parsed pattern fits, more or less; the signs and words in it are noted."""
    made, word = "", ""
    for operator, argument in tokens:
        kind = str(operator)
        if kind == "LITERAL":
            word += chr(argument)
            made += chr(argument)
            continue
        signs[word] = signs[word[:1]] = None
        word = ""
        if kind == "IN":
            members = [_member(*member) for member in argument]
            is_not = str(argument[0][0]) == "NEGATE"
            signs.update(dict.fromkeys(members))
            made += "a" if is_not else next((each for each in members if each), "a")
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, _, inner = argument
            repeated = _example(inner, signs)
            signs[repeated] = None
            made += repeated * max(least, 1)
        elif kind == "SUBPATTERN":
            made += _example(argument[-1], signs)
        elif kind == "BRANCH":
            first, *_ = [_example(branch, signs) for branch in argument[1]]
            made += first
        elif kind in ("ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"):
            inner = _example(argument[-1] if isinstance(argument, tuple) else argument, signs)
            made += inner if kind == "ATOMIC_GROUP" else ""
        elif kind in ("ANY", "NOT_LITERAL"):
            made += "a"
    signs[word] = signs[word[:1]] = None
    return made


def _member(operator: object, argument: object) -> str:
    kind = str(operator)
    if kind == "LITERAL":
        return chr(argument)
    if kind == "RANGE":
        return chr(argument[0])
    return _SAMPLES.get(str(argument), "")


def hostile_texts(pattern: re.Pattern) -> Iterator[tuple[str, str, str]]:
    """Beginnings, units to repeat and endings, made of the pattern's own signs."""
    signs: dict[str, None] = dict.fromkeys([" ", "1", "a", "\n"])
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    example = _example(re._parser.parse(text, pattern.flags & ~re.UNICODE), signs)
    units = [sign for sign in signs if sign][:20]
    units += [first + second for first, second in product(units[:5], repeat=2) if first != second]
    beginnings = ["", *dict.fromkeys(example[:at] for at in range(1, len(example), len(example) // 4 + 1)), example]
    yield from product(dict.fromkeys(beginnings), dict.fromkeys([*units, example or " "]), ("", "\n\0"))


def seconds(pattern: re.Pattern, way: str, text: str) -> float:
    """The processor time of a way of use."""
    given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    call = getattr(pattern, way)
    start = time.process_time()
    if way == "finditer":
        for _ in call(given):
            pass
    elif way in ("sub", "subn"):
        call(b"" if isinstance(given, bytes) else "", given)
    else:
        call(given)
    return time.process_time() - start


def growth(pattern: re.Pattern, way: str, parts: tuple[str, str, str]) -> float:
    """How many times longer it takes on a text that is `TIMES` longer; 1 where it takes next to nothing."""
    beginning, unit, ending = parts

    def taken(size: int) -> float:
        """The least of three, as the machine may have been elsewhere; of one, where that was nothing."""
        text = beginning + unit * (size // len(unit)) + ending
        first = seconds(pattern, way, text)
        return first if first < SECONDS else min(first, seconds(pattern, way, text), seconds(pattern, way, text))

    if any(taken(size) > SECONDS for size in (24 * len(unit), SMALL // 10, SMALL // 3)):
        return float("inf")  # it would not come to an end on a longer one
    if taken(SMALL) < SECONDS / 4:
        return 1.0
    return taken(SMALL * TIMES) / max(taken(SMALL), 1e-5)


def _least_growth(pattern: re.Pattern, way: str, parts: tuple[str, str, str]) -> float:
    """The growth; of a suspect the least of several, for what another program did meanwhile is no fault of a pattern."""
    least = growth(pattern, way, parts)
    for _ in range(4):
        if least <= FAR_MORE:
            break
        least = min(least, growth(pattern, way, parts))
    return least


def slow_uses(pattern: re.Pattern, ways: set[str]) -> Iterator[str]:
    """The texts and ways of use that take far more than their length asks for."""
    for parts, way in product(hostile_texts(pattern), sorted(ways)):
        if (times := _least_growth(pattern, way, parts)) > FAR_MORE:
            yield f"{way} of {parts} takes {times:.0f} times as long for {TIMES} times as much"


def slow_patterns() -> Iterator[str]:
    """A line for each pattern that is slow, with the first text that shows it; each pattern is tried once."""
    tried = set()
    for where, pattern, ways in patterns():
        key = (pattern.pattern, pattern.flags, frozenset(ways))
        if key not in tried and (use := next(slow_uses(pattern, ways), None)):
            yield f"{where}: {pattern.pattern!r}: {use}"
        tried.add(key)


def main() -> None:
    missed = [known for known, way in KNOWN.items() if not any(slow_uses(re.compile(known, re.DOTALL), {way}))]
    if missed:
        sys.exit(f"Slow patterns that this does not find, so that it says nothing of others: {missed}")
    slow = 0
    for line in slow_patterns():
        slow += 1
        print(line, flush=True)
    print(f"{slow} of {len(list(patterns()))} patterns are slow; {time.process_time():.0f} s")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
