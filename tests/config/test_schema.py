import itertools
import subprocess
import sys
from fractions import Fraction

import pytest
from pydantic import ValidationError

from sparse_nqs.config import Config, Study, active_counts, parse_config
from sparse_nqs.config.canonical import digest

from .examples import complete, edited

MINIMAL = {
    "studies": {
        "s": {"system": {"model": "toric_code", "length": 3}, "network": {"kind": "ffnn", "alpha": 4}}
    }
}


def test_published_counts_of_the_toric_code():
    assert active_counts(1296, 0.12, 10) == (1296, 1140, 1003, 883, 777, 684, 602, 530, 466, 410, 361)


def test_published_counts_of_the_cnn():
    assert active_counts(36, 0.05, 3) == (36, 34, 32, 30)


@pytest.mark.parametrize(("n", "removed"), [(1, None), (2, 1), (5, 2), (3, 2), (7, 4), (4, 2)])
def test_halves_are_rounded_to_even_and_one_weight_goes_at_least(n, removed):
    # A ratio of 1/2: 2.5 -> 2, 1.5 -> 2, 3.5 -> 4.
    if removed is None:
        with pytest.raises(ValueError, match="must be at most 0, as round 1 leaves no weight"):
            active_counts(n, 0.5, 1)
    else:
        assert active_counts(n, 0.5, 1) == (n, n - removed)


@pytest.mark.parametrize("ratio", ["1/8", "1/4", "3/8", "1/2", "3/4"])
def test_counts_agree_with_exact_arithmetic(ratio):
    exact = Fraction(ratio)  # binary fractions, which floats hold exactly
    counts = active_counts(5000, float(exact), 5)
    for before, after in itertools.pairwise(counts):
        assert before - after == max(1, round(exact * before))


def test_the_message_names_the_most_rounds_there_can_be():
    with pytest.raises(ValueError, match=r"must be at most (\d+)") as caught:
        active_counts(512, 0.3, 100)
    most = int(str(caught.value).split()[4].rstrip(","))
    assert active_counts(512, 0.3, most)[-1] >= 1
    with pytest.raises(ValueError, match="leaves no weight"):
        active_counts(512, 0.3, most + 1)


def test_a_study_counts_each_tensor():
    study = parse_config(complete()).studies["toric"]
    assert study.n_sites == 18
    assert study.active_counts() == {"kernel": active_counts(18 * 72, 0.12, 10)}


def test_defaults():
    config = parse_config(MINIMAL)
    study = config.studies["s"]
    assert (config.results, config.rounds_per_job, config.figures) == ("results", 20, {})
    assert config.references.model_dump() == {"max_ed_spins": 20, "bond_dimensions": (32, 64, 96)}
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
    assert study.pruning == written.pruning
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
        "references",
        "studies",
        "figures",
        "style",
    }
    assert schema["$defs"]["Tfim"]["additionalProperties"] is False


def test_importing_the_package_loads_no_numerics():
    code = (
        "import sys, sparse_nqs.config, sparse_nqs.config.canonical, sparse_nqs.config.fingerprint\n"
        "heavy = {'numpy', 'jax', 'netket', 'flax', 'pandas', 'matplotlib', 'scipy'} & set(sys.modules)\n"
        "other = [name for name in sys.modules if name.startswith('sparse_nqs.')]\n"
        "sys.exit(bool(heavy) or any(not name.startswith('sparse_nqs.config') for name in other))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
