import subprocess
import sys

import pytest
from complete_config import complete, edited
from pydantic import ValidationError

from sparse_nqs.config import Config, Study
from sparse_nqs.hashing.canonical import digest
from sparse_nqs.reading import parse_config

MINIMAL = {
    "studies": {
        "s": {"system": {"model": "toric_code", "length": 3}, "network": {"kind": "ffnn", "alpha": 4}}
    }
}


def test_defaults():
    config = parse_config(MINIMAL)
    study = config.studies["s"]
    assert (config.results, config.rounds_per_job, config.figures) == ("results", 20, {})
    expected = {"max_ed_spins": 20, "bond_dimensions": (32, 64, 96), "recompute": False}
    assert config.references.model_dump() == expected
    assert config.style.model_dump() == {
        "font_size": 8.0,
        "line_width": 1.2,
        "column_width_mm": 86.0,
        "dpi": 200,
    }
    assert study.network.init_std == 0.01
    assert study.seeds == (0, 1)
    written = parse_config(complete()).studies["ising"]
    assert study.training == written.training.model_copy(update={"chains": 1024})
    assert study.pruning == written.pruning.model_copy(update={"procedures": ("imp_wr",), "protocol": None})
    assert study.evaluation == written.evaluation
    assert study.isolated == written.isolated.model_copy(update={"rounds": ()})
    ising = parse_config(edited("studies.ising.system", {"model": "tfim", "extent": [4, 4]}))
    assert ising.studies["ising"].system == written.system


def test_how_a_number_is_written_does_not_matter():
    whole = parse_config(edited("studies.ising.system.field", 3)).studies["ising"]
    point = parse_config(edited("studies.ising.system.field", 3.0)).studies["ising"]
    assert digest(whole.model_dump()) == digest(point.model_dump())
    zero = parse_config(edited("studies.ising.system.field", 0)).studies["ising"]
    negative_zero = parse_config(edited("studies.ising.system.field", -0.0)).studies["ising"]
    assert digest(zero.model_dump()) == digest(negative_zero.model_dump())
    assert zero.system.slug == negative_zero.system.slug


@pytest.mark.parametrize(
    ("written", "read"), [("a/b/", "a/b"), ("./a", "a"), ("/tmp/x", "/tmp/x"), (".", ".")]
)
def test_the_results_folder_is_normalised(written, read):
    assert parse_config(MINIMAL | {"results": written}).results == read


def test_two_studies_may_share_a_system():
    config = parse_config(complete())
    assert config.studies["ising"].system == config.studies["wide"].system


def test_a_config_cannot_be_changed():
    config = parse_config(complete())
    with pytest.raises(ValidationError, match="frozen"):
        config.results = "elsewhere"
    with pytest.raises(ValidationError, match="frozen"):
        config.studies["ising"].training.samples = 3


def test_a_dumped_study_reads_back_the_same():
    study = parse_config(complete()).studies["ising"]
    assert Study.model_validate(study.model_dump()) == study
    assert Study.model_validate(study.model_dump(mode="json")) == study


def test_models_check_without_the_loader_too():
    config = parse_config(complete())
    with pytest.raises(ValidationError, match="must be the study's key, other"):
        Config(studies={"other": config.studies["ising"]})
    with pytest.raises(ValidationError, match="must be the name of a study"):
        Config(studies={"ising": config.studies["ising"]}, figures=config.figures)


def test_there_is_a_json_schema():
    schema = Config.model_json_schema()
    assert set(schema["properties"]) == {
        "results",
        "rounds_per_job",
        "keep",
        "references",
        "studies",
        "fidelity_matrices",
        "figures",
        "style",
    }
    assert schema["$defs"]["Study"]["additionalProperties"] is False


def test_importing_the_package_loads_no_numerics():
    code = (
        "import sys, sparse_nqs.planning.specs, sparse_nqs.planning.cost, sparse_nqs.reading\n"
        "heavy = {'numpy', 'jax', 'optax', 'netket', 'flax', 'pandas', 'matplotlib', 'scipy'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
