"""Texts that are no config, with what the one line says of each: of YAML, of JSON, and bytes that are no text.

tests/reading/test_read.py tries all of them; tests/faults/test_bad_configs.py takes those where a whole command could
do something else.
"""

GOOD = """
studies:
  ising:
    system: {model: tfim, extent: [2, 2], field: 1.5}
    network: {kind: ffnn, alpha: 2}
    pruning: {ratio: 0.4, rounds: 4}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k: 1}\n" + "".join(
    f"{after}: &{after} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)

_AT_THE_TOP = "must be a mapping of keys to values at the top"
_NO_TAG = "could not determine a constructor for the tag"
_TOO_MANY = "must not have more than 200000 entries with all aliases written out"
_BUT = "is not allowed: YAML reads this as"
YAML = {
    # What the format does not allow.
    "an open list": (
        "a: 1\nb: [1, 2\n",
        "line 3, column 1: not valid YAML: while parsing a flow sequence",
    ),
    "an open quote": ('studies: {ising: "}\n', "not valid YAML: while scanning a quoted scalar"),
    "tabs": ("studies:\n\tising: {}\n", "line 2, column 1: not valid YAML"),
    "no such alias": ("a: *nothing\n", "line 1, column 4: not valid YAML: found undefined alias 'nothing'"),
    "two documents": ("a: 1\n---\nb: 2\n", "line 2, column 1: not valid YAML: expected a single document"),
    "a list as a key": ("? [1, 2]\n: 3\n", "line 1, column 3: not valid YAML: while constructing a mapping"),
    "a control character": ("a: \x07\n", r"line 1: must not contain the character '\x07'"),
    "an escape": ("studies: \x1b\n", "must not contain the character"),
    # Keys.
    "a key twice": ("x: 1\nx: 1\n", "line 2: key 'x' is given twice, first on line 1"),
    "a key twice, lower down": (
        "a: {b: 1,\n  c: 2,\n  b: 3}\n",
        "line 3: key 'b' is given twice, first on line 1",
    ),
    "a merge twice": ("<<: {a: 1}\n<<: {b: 1}\n", "line 2: key '<<' is given twice"),
    "a key that is no text": (GOOD + "1: 2\n", "1 is not allowed: keys must be text"),
    "a null key": (GOOD + "~: 2\n", "null is not allowed: keys must be text"),
    # Objects, and what would run code.
    "a call": ("a: !!python/object/apply:os.mkdir [harm]\n", _NO_TAG),
    "a new object": ("a: !!python/object/new:os.mkdir [harm]\n", _NO_TAG),
    "a function": ("a: !!python/name:os.mkdir\n", _NO_TAG),
    "a module": ("a: !!python/module:antigravity\n", _NO_TAG),
    "a tag": ("studies: !secret x\n", _NO_TAG + " '!secret'"),
    "a template": (
        "__use_yte__: true\n" + GOOD,
        "__use_yte__ is not allowed: a config must not be a template",
    ),
    # Sizes.
    "a bomb": (BOMB, _TOO_MANY),
    "a bomb of merges": (MERGE_BOMB, _TOO_MANY),
    # Snakemake's reader writes all merges out: a minute for the larger one.
    "a smaller bomb of merges": ("".join(MERGE_BOMB.splitlines(True)[:7]), _TOO_MANY),
    "open brackets": ("[" * 5000, "nested too deeply"),
    "nested": ("studies: " + 900 * "[" + 900 * "]", "nested"),
    "fifty levels": ("a: " + "[" * 50 + "]" * 50, "nested more than 40 levels deep"),
    "in itself": ("a: &x [*x]\n", "nested more than 40 levels deep, or in itself"),
    "a huge file": ("# " + 200_001 * "x", "is larger than 200000 bytes"),
    # Values that are read as something else, or as nothing.
    "a date": (GOOD.replace("field: 1.5", "field: 2020-01-01"), "must be text, a number, true, false, null"),
    "a date that is none": (
        "a: 2020-13-45\n",
        "line 1, column 4: not valid YAML: '2020-13-45' cannot be read as timestamp",
    ),
    "a truth that is none": ("a: !!bool maybe\n", "'maybe' cannot be read as bool"),
    "a number that is none": ("a: !!int ''\n", "'' cannot be read as int"),
    "a huge number": ("a: " + 5000 * "9" + "\n", "cannot be read as int"),
    "octal": ("a: 1\nb: [010]\n", f"line 2: 010 {_BUT} 8; write a number in decimal digits"),
    "hexadecimal": ("a: -0x1F\n", f"line 1: -0x1F {_BUT} -31;"),
    "binary": ("a: 0b11\n", f"line 1: 0b11 {_BUT} 3;"),
    "sixties": ("a: 1:30\n", f"line 1: 1:30 {_BUT} 90;"),
    "fractions of sixties": ("a: 1:30.5\n", f"line 1: 1:30.5 {_BUT} 90.5;"),
    "sixties as a key": ("1:30: x\n", f"line 1: 1:30 {_BUT} 90;"),
    "no": (
        "options: {a: {b: [no]}}\n",
        "line 1: no is not allowed in options: YAML reads this as false; write that",
    ),
    "on": (
        "x:\n  options:\n    mode: on\n",
        "line 3: on is not allowed in options: YAML reads this as true; write",
    ),
    # Nothing to read.
    "nothing": ("", _AT_THE_TOP),
    "a list": ("- a\n", _AT_THE_TOP),
    "a word": ("a", _AT_THE_TOP),
    "no studies": ("results: results\n", "studies: is missing, and has no default"),
    "empty studies": ("studies:\n", "studies: null is not allowed: must be a mapping"),
    # No text.
    "not UTF-8": (b"a: 1\nb: \xff\n", "line 2: must be UTF-8 text"),
    "UTF-16": (GOOD.encode("utf-16"), "must be UTF-8 text"),
    "UTF-32": (GOOD.encode("utf-32"), "must be UTF-8 text"),
    "null bytes": (9 * b"\0", "must not contain the character"),
}
JSON = {
    "a key twice": ('{"a": {"b": 1, "b": 2}}', "key 'b' is given twice"),
    "a huge number": ('{"a": ' + "9" * 5000 + "}", "cannot be read as int"),
    "a template": ('{"__use_yte__": true}', "must not be a template"),
    "fifty levels": ('{"a": ' + "[" * 50 + "]" * 50 + "}", "nested more than 40 levels deep"),
    "a huge file": ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "is larger than 200000 bytes"),
    "nested": ('{"a": ' + "[" * 90_000 + "]" * 90_000 + "}", "is nested too deeply"),
    "a list": ("[1, 2]", _AT_THE_TOP),
}
TEXTS = {f"{name}.yaml": case for name, case in YAML.items()} | {
    f"{name}.json": case for name, case in JSON.items()
}


def content(name: str) -> bytes:
    """The bytes of a file with the text of this name."""
    text, _ = TEXTS[name]
    return text if isinstance(text, bytes) else text.encode("utf-8")
