"""From config files, laid over each other, or a dict that a workflow made, to a checked `Config`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from sparse_nqs.config import Config, Study
from sparse_nqs.config.fidelity_matrices import FidelityMatrix
from sparse_nqs.config.figure_needs import figure_mistakes
from sparse_nqs.config.figures import Figure
from sparse_nqs.config.matrix_needs import matrix_mistakes
from sparse_nqs.messages import ConfigError, Mistake, line, not_allowed
from sparse_nqs.reading.explain import explain, unknown_key
from sparse_nqs.reading.inherit import lineage, merge, resolve
from sparse_nqs.reading.plain_data import check_size, parts, to_plain
from sparse_nqs.reading.read import read_file
from sparse_nqs.reading.results_folder import folder_mistake


def refuse_repeated_files(arguments: Sequence[str]) -> None:
    """Refuse a command line of Snakemake with --configfile twice: Snakemake takes only the files after the last one.

    Raises:
        ConfigError: if it is there twice.
    """
    given = [word for word in arguments if word.partition("=")[0] in ("--configfile", "--configfiles")]
    if len(given) > 1:
        text = "is given twice, and Snakemake would take the last one alone: give it once, with all files after it"
        raise ConfigError([line("--configfile", Mistake((), text))])


class Layer(NamedTuple):
    """A part of a description.

    Attributes:
        name: what the lines of its errors begin with.
        content: what it says.
    """

    name: str
    content: Any


def load_config(*paths: str | Path, overrides: Mapping[str, Any] = MappingProxyType({})) -> Config:
    """Read and check a file, or several that are laid over each other.

    A later file is put on top of the earlier ones as a study on top of the one it is like: mappings are merged, lists
    and single values replaced, and a mapping that names another `model` or `kind` replaces the whole.

    Args:
        paths: YAML or JSON, the last one on top.
        overrides: single values by key, on top of all, as Snakemake's --config has them.

    Raises:
        ConfigError: if a file cannot be read or says something that is not allowed, one line a mistake, which begins
            with the file that says it; or if the folder of the results is not one for results alone.
    """
    layers = [Layer(str(path), read_file(Path(path))) for path in paths]
    layers += [Layer("--config", _single_values(overrides))] if overrides else []
    whole: dict[str, Any] = {}
    for layer in layers:
        _require_mapping(layer)
        whole = merge(whole, layer.content)
    config = _checked(whole, lambda problem_path: _who_says(problem_path, layers))
    mistake = folder_mistake(config.results, paths)
    if mistake is not None:
        raise ConfigError([line(_who_says(mistake.path, layers), mistake)])
    return config


def parse_config(mapping: Mapping[str, Any], source: str = "config") -> Config:
    """Check a description that is already plain data.

    Args:
        mapping: nested mappings, lists and plain values, as `yaml.safe_load` gives them.
        source: what the lines of an error begin with, usually the file's name.

    Raises:
        ConfigError: if it says something that is not allowed; one line a mistake.
    """
    _require_mapping(Layer(source, mapping))
    return _checked(mapping, lambda problem_path: source)


def _require_mapping(layer: Layer) -> None:
    if not isinstance(layer.content, Mapping):
        raise ConfigError([line(layer.name, Mistake((), "must be a mapping of keys to values at the top"))])


def _single_values(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Values of --config as they are, unless they are nested: Snakemake makes text of every number in those."""
    must = (
        "must be a single value, as Snakemake makes text of all in others: give a second file to --configfile"
    )
    nested = [key for key, value in overrides.items() if isinstance(value, Mapping | list | tuple)]
    if nested:
        raise ConfigError(line("--config", not_allowed((key,), overrides[key], must)) for key in nested)
    return dict(overrides)


def _who_says(path: tuple[str | int, ...], layers: Sequence[Layer]) -> str:
    """The name of the last layer that says something at the path, or at most of it; all names if none does."""
    for length in range(len(path), 0, -1):
        for layer in reversed(layers):
            if _reaches(layer.content, list(path[:length])):
                return layer.name
    return ", ".join(layer.name for layer in layers)


def _checked(mapping: Mapping[str, Any], source: Callable[[tuple[str | int, ...]], str]) -> Config:
    """The config of a mapping; `source` is what the line of a mistake at a path begins with."""
    wrong_size = check_size(mapping, parts)
    if wrong_size is not None:
        raise ConfigError([line(source(()), Mistake((), wrong_size))])
    data, mistakes = to_plain(mapping)
    config = None
    if not mistakes:
        config, mistakes = _validate(data)
    if config is None:
        raise ConfigError(dict.fromkeys(line(source(mistake.path), mistake) for mistake in mistakes))
    return config


def _validate(data: dict[str, Any]) -> tuple[Config | None, list[Mistake]]:
    """The config, or None and all mistakes that can be found."""
    written = data.get("studies")
    written = written if isinstance(written, dict) else {}
    studies, mistakes = _complete(written)
    if written:
        data = data | {"studies": studies}
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        config = None
        found = explain(error, Config)
    else:
        found = []
    if config is not None and not mistakes:
        return config, []
    if not written:  # without studies, what figures and matrices ask of them would only repeat it
        return None, mistakes + found
    # Pydantic looks at a whole only when all parts are right: compare figures and matrices with studies part by part.
    valid_studies = _valid_parts(data, "studies", Study)
    found += matrix_mistakes(_valid_parts(data, "fidelity_matrices", FidelityMatrix), valid_studies, written)
    matrices = data.get("fidelity_matrices")
    found += figure_mistakes(
        _valid_parts(data, "figures", Figure),
        valid_studies,
        written,
        matrices if isinstance(matrices, dict) else {},
    )
    found = [mistake for mistake in found if not _is_repetition(mistake, found, written)]
    if not studies:
        found = [mistake for mistake in found if mistake.path != ("studies",)]
    return None, mistakes + found


def _complete(written: dict[str, Any]) -> tuple[dict[str, Any], list[Mistake]]:
    """Each study with its name and what it takes from the one it is like."""
    mistakes = []
    sections = {}
    for name, section in written.items():
        if isinstance(section, dict) and "name" in section:
            mistakes.append(unknown_key(("studies", name, "name"), Study.keys()))
            section = {key: value for key, value in section.items() if key != "name"}
        sections[name] = section
    resolved, unresolved = resolve(sections)
    studies = {
        name: {"name": name, **section} if isinstance(section, dict) else section
        for name, section in resolved.items()
    }
    return studies, mistakes + unresolved


def _valid_parts(data: dict[str, Any], section: str, kind: Any) -> dict[str, Any]:
    """The entries of a section that are right by themselves."""
    entries = data.get(section)
    adapter = TypeAdapter(kind)
    valid = {}
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        try:
            valid[name] = adapter.validate_python(entry)
        except ValidationError:
            continue  # explained with the whole config
    return valid


def _is_repetition(mistake: Mistake, found: list[Mistake], written: dict[str, Any]) -> bool:
    """True if the mistake is told elsewhere: at the study that this one is like, or at a faulty key."""
    if len(mistake.path) < 3 or mistake.path[0] != "studies":
        return False
    name, inner = str(mistake.path[1]), list(mistake.path[2:])
    if inner == ["name"]:
        return mistake.path[:2] in [other.path for other in found]
    section = written[name]
    if not isinstance(section, dict) or _reaches(section, inner):
        return False
    ancestors = (lineage(name, written) or [name])[1:]
    return any(Mistake(("studies", base, *inner), mistake.text) in found for base in ancestors)


def _reaches(value: Any, path: list[str | int]) -> bool:
    """True if there is something at the path below the value."""
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return False
    return True
