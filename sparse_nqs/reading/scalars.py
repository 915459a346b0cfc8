"""Values that YAML 1.1 hardly reads as they were meant: octal, hexadecimal and base 60, yes and no in options.

PyYAML and Snakemake read YAML 1.1; there 010 is 8 and 1:30 is 90. The meaning cannot be guessed, so such a value is
refused.
"""

import re

import yaml

from sparse_nqs.messages import show

_INT, _FLOAT, _BOOL = (f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool"))
# Of plain numbers: a leading 0 before more digits, 0x, 0b, and parts between colons.
_OTHER_BASE = re.compile(r"[-+]?0[xb0-7_][0-9a-fA-F_]*|[^:]+(:[^:]+)+")
# What is under this key has no schema that would know where text is meant.
_FREE_FORM = "options"


def misread_scalars(root: yaml.Node) -> list[str]:
    """A text for every plain value that is refused for how YAML 1.1 reads it, in the order of the file.

    Args:
        root: of a document that has passed `check_size`.
    """
    found: dict[int, str] = {}
    seen: set[tuple[int, bool]] = set()
    waiting = [(root, False)]
    while waiting:
        node, free_form = waiting.pop()
        if (id(node), free_form) in seen:
            continue
        seen.add((id(node), free_form))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting.append((key, False))
                waiting.append((value, free_form or getattr(key, "value", None) == _FREE_FORM))
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(part, free_form) for part in node.value]
        elif (text := _refusal(node, free_form)) is not None:
            found[node.start_mark.index] = f"line {node.start_mark.line + 1}: {text}"
    return [found[place] for place in sorted(found)]


def _refusal(node: yaml.Node, free_form: bool) -> str | None:
    written = node.value
    if node.tag in (_INT, _FLOAT) and _OTHER_BASE.fullmatch(written):
        constructor = yaml.constructor.SafeConstructor()
        try:
            read = (
                constructor.construct_yaml_int(node)
                if node.tag == _INT
                else constructor.construct_yaml_float(node)
            )
        except ValueError:
            return None  # said with its line when the document is constructed
        return (
            f"{written} is not allowed: YAML reads this as {show(read)}; write a number in decimal digits without "
            "0 before it, and put text in quotes"
        )
    if free_form and node.tag == _BOOL and written.lower() in ("yes", "no", "on", "off"):
        read = "true" if written.lower() in ("yes", "on") else "false"
        return f"{written} is not allowed in options: YAML reads this as {read}; write that, or put text in quotes"
    return None
