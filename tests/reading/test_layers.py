"""Config files that are laid over each other, and what --config of Snakemake may say."""

import json

import pytest
import yaml

from sparse_nqs.messages import ConfigError
from sparse_nqs.reading import load_config, parse_config, refuse_repeated_files
from sparse_nqs.reading.inherit import resolve

STUDY = {
    "system": {"model": "tfim", "extent": [2, 2]},
    "network": {"kind": "ffnn", "alpha": 2},
    "seeds": [0, 1],
    "pruning": {"rounds": 3},
}
BASE = {"results": "a", "studies": {"one": STUDY}}


@pytest.fixture
def files(tmp_path):
    """Write each of several contents to a file of its own; returns their names."""

    def write(*contents):
        paths = [tmp_path / f"{number}.yaml" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_text(yaml.safe_dump(content))
        return paths

    return write


def test_a_later_file_is_laid_over_as_a_study_over_the_one_it_is_like(files):
    over = {"network": {"kind": "cnn", "features": 3}, "seeds": [7], "pruning": {"rounds": 2}}
    config = load_config(*files(BASE, {"studies": {"one": over}}, {"results": "b"}))
    # The rule of `like`: mappings are merged, lists replaced, another kind starts its part afresh.
    (like, _) = resolve({"base": STUDY, "one": {"like": "base", **over}})
    assert config == parse_config({"results": "b", "studies": {"one": like["one"]}})
    assert config.studies["one"].network.model_dump().keys() & {"alpha"} == set()
    assert config.studies["one"].seeds == (7,)


def test_a_line_begins_with_the_file_that_says_it(files):
    first, second = files(
        {**BASE, "keep": "some"}, {"studies": {"one": {"pruning": {"ratio": 2.0}}, "two": {"like": "on"}}}
    )
    with pytest.raises(ConfigError) as caught:
        load_config(first, second)
    assert {line.partition(" is not")[0] for line in caught.value.lines} == {
        f"{first}: keep: 'some'",
        f"{second}: studies.one.pruning.ratio: 2.0",
        f"{second}: studies.two.like: 'on'",
    }
    with pytest.raises(ConfigError, match="studies: is missing") as caught:
        load_config(*files({"results": "a"}, {"keep": "all"}))
    assert str(caught.value).startswith(f"{first}, {second}: ")


def test_single_values_of_the_command_line_are_on_top(files):
    config = load_config(*files(BASE), overrides={"results": "c", "rounds_per_job": 5})
    assert (config.results, config.rounds_per_job) == ("c", 5)
    with pytest.raises(ConfigError, match=r"^--config: keep: 'some' is not allowed"):
        load_config(*files(BASE), overrides={"keep": "some"})


@pytest.mark.parametrize("value", [{"one": {"seeds": ["0"]}}, ["0", "1"], {}])
def test_nested_values_of_the_command_line_are_text_and_refused(files, value):
    with pytest.raises(ConfigError) as caught:
        load_config(*files(BASE), overrides={"studies": value, "results": "c"})
    assert str(caught.value).startswith("--config: studies: ")
    assert str(caught.value).endswith("give a second file to --configfile")


def test_a_second_configfile_option_is_refused_as_snakemake_forgets_the_first():
    refuse_repeated_files(["snakemake", "--configfile", "a", "b", "--config", "c=1", "--", "all"])
    for second in ("--configfile", "--configfiles", "--configfile=b"):
        with pytest.raises(ConfigError, match=r"^--configfile: is given twice"):
            refuse_repeated_files(["snakemake", "--configfile", "a", second, "b"])


def test_every_layer_is_a_mapping(files, tmp_path):
    first, second = files(BASE, [1])
    with pytest.raises(ConfigError, match=f"^{second}: must be a mapping"):
        load_config(first, second)


def test_a_json_file_runs_as_its_yaml_twin(tmp_path):
    study = {**STUDY, "training": {"learning_rate": 1e-05, "diagonal_shift": 1e-08}}
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"studies": {"one": study}}))
    assert "1e-05" in path.read_text()
    assert load_config(path).studies["one"].training.diagonal_shift == 1e-8
