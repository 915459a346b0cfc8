import pytest

from sparse_nqs.planning import cost, figure_cost, plan
from sparse_nqs.reading import parse_config

BASE = {
    "system": {"model": "tfim", "extent": [3, 3]},
    "network": {"kind": "ffnn", "alpha": 2},
    "seeds": [0, 1],
    "pruning": {"procedures": ["imp_wr", "imp_ct"], "rounds": 5, "rewind_to": 10},
    "isolated": {"procedures": ["t_rand_imp", "t_init_rand"], "rounds": [1, 4]},
    "observables": ["z"],
}


def make(**top):
    return parse_config({"rounds_per_job": 3, "studies": {"s": BASE}, **top})


def test_jobs_by_rule():
    units = {"kind": "hidden_units", "study": "s", "seed": 1, "round": 2}
    config = make(
        studies={"s": BASE, "t": {"like": "s", "training": {"samples": 2048}}},
        figures={
            "units": units,
            "again": units,
            "scan": {"kind": "error_scan", "studies": ["s"]},
            "networks": {"kind": "plaquette_network"},
        },
    )
    # Two studies of one system with two seeds, two chains of two blocks, four isolated trainings.
    assert {part.rule: part.jobs for part in plan.parts_of(config)} == {
        "problem": 1,
        "reference": 1,
        "init": 4,
        "rewind_point": 4,
        "dense": 4,
        "chain": 16,
        "fidelity": 16,
        "isolated": 16,
        "evaluation": 36,
        "observables": 36,
        "tabulate_weights": 1,
        "plaquette_network": 1,
        "summarise_study": 2,
        "summarise": 1,
        "summarise_references": 1,
        "regions": 2,
        "summarise_regions": 1,
        "compare_published": 1,
        "tickets": 2,
        "summarise_tickets": 1,
        "collect_observables": 2,
        "summarise_observables": 1,
        "figure": 4,
    }


def test_tiles_of_a_matrix():
    # Two seeds of five states each, in tiles of four: three of them and their six pairs.
    matrix = {"studies": ["s"], "rounds": [0, 1, 2, 3, 4], "tile": 4}
    parts = {part.rule: part.jobs for part in plan.parts_of(make(fidelity_matrices={"m": matrix}))}
    assert (parts["fidelity_tile"], parts["collect_pairs"], parts["summarise_pairs"]) == (6, 1, 1)
    assert not {"fidelity_tile", "collect_pairs", "summarise_pairs"} & {
        part.rule for part in plan.parts_of(make())
    }


def test_sums_and_largest():
    parts = {part.rule: part for part in plan.parts_of(make())}
    study = make().studies["s"]
    blocks = [cost.chain(study, 1, 3), cost.chain(study, 4, 5)]
    # Two seeds and two procedures.
    assert parts["chain"].seconds == pytest.approx(4 * sum(work.seconds for work in blocks))
    assert parts["chain"].longest == max(work.seconds for work in blocks)


def test_a_continued_chain_needs_no_rewind_point():
    study = BASE | {"pruning": BASE["pruning"] | {"procedures": ["imp_ct"]}, "isolated": {"rounds": []}}
    assert "rewind_point" not in {part.rule for part in plan.parts_of(make(studies={"s": study}))}


def tables_after(config):
    """Seconds of what follows the last measurement of a config with one study."""
    (study,) = config.studies.values()
    states = len(study.seeds) * (1 + 2 * study.pruning.rounds + 2 * len(study.isolated.rounds))
    # Of the study; what is fitted to them; of all; beside the paper's.
    return 4 * cost.tables(states).seconds


def test_the_longest_way_leads_through_the_blocks_before_and_ends_with_measurements():
    study = make().studies["s"]
    # The dense network needs both.
    start = max(cost.problem(study).seconds, cost.init(study).seconds) + cost.dense(study).seconds
    chain = cost.chain(study, 1, 3).seconds + cost.chain(study, 4, 5).seconds
    # Round 4 is known once its block, which ends the chain, is done. No fidelities of isolated trainings.
    trained = start + chain + cost.isolated(study, 4).seconds
    expected = max(
        trained + cost.evaluation(study, 4, 4).seconds + tables_after(make()),
        # Observables are collected twice, and nothing is read off them.
        trained + cost.observables(study, 4, 4).seconds + tables_after(make()) / 2,
    )
    assert plan.critical_seconds(make()) == pytest.approx(expected)


def test_a_slow_reference_is_the_longest_way():
    # A minute and a half of exact diagonalisation against trainings of seconds.
    quick = BASE | {"system": {"model": "tfim", "extent": [4, 6]}, "training": {"samples": 32, "chains": 32}}
    quick |= {"evaluation": {"exact_max_spins": 0, "chains": 32, "samples_per_chain": 1}, "observables": []}
    quick |= {"network": {"kind": "cnn", "features": 1}, "training": quick["training"] | {"dense_steps": 11}}
    config = make(studies={"s": quick}, references={"max_ed_spins": 24})
    study = config.studies["s"]
    reference = cost.problem(study).seconds + cost.reference(study, config.references).seconds
    assert plan.critical_seconds(config) == pytest.approx(reference + tables_after(config))


def test_figures_and_matrices_come_after_what_they_show():
    bare = plan.critical_seconds(make())
    figure = {"scan": {"kind": "error_scan", "studies": ["s"]}}
    # It reads the study's own tables, and is drawn while others are fitted.
    drawn = bare - tables_after(make()) * 3 / 4 + cost.figure().seconds
    assert plan.critical_seconds(make(figures=figure)) == pytest.approx(max(bare, drawn))
    matrix = {"studies": ["s"], "rounds": [0, 5], "tile": 256}
    study = make().studies["s"]
    tile = cost.tile(study, 256).seconds + cost.tables(4).seconds
    way = plan.critical_seconds(make(fidelity_matrices={"m": matrix}))
    assert way > tile and way == pytest.approx(max(bare, way))


def test_analytic_networks_may_take_longest():
    figure = {"kind": "plaquette_network", "lengths": [30], "weights": [0.1, 0.2]}
    config = make(figures={"networks": figure})
    work = figure_cost.measured(config.figures["networks"])
    assert plan.critical_seconds(config) == pytest.approx(work.seconds + cost.figure().seconds)
    longer = make(figures={"networks": figure | {"weights": [0.1, 0.2, 0.3, 0.4]}})
    assert figure_cost.measured(longer.figures["networks"]).seconds > 1.5 * work.seconds


def test_states_that_are_not_kept_take_no_space():
    sizes = cost.state_bytes(make().studies["s"])
    chains = 2 * (sizes[0] + 2 * sum(sizes[1:]))
    assert plan.state_megabytes(make(keep="needed")) == pytest.approx(chains / 1e6)
    assert plan.state_megabytes(make()) == pytest.approx((chains + 4 * (sizes[1] + sizes[4])) / 1e6)


def test_the_command(tmp_path, capsys, monkeypatch):
    path = tmp_path / "study.yaml"
    path.write_text("studies: {s: {system: {model: tfim, extent: [3, 3]}, network: {kind: ffnn, alpha: 2}}}")
    monkeypatch.setattr("sys.argv", ["plan", str(path)])
    plan.main()
    printed = capsys.readouterr().out
    assert "total" in printed
    assert len(printed.splitlines()) == 1 + len(plan.parts_of(plan.load_config(path))) + 4
    path.write_text("studies: {s: {}}")
    with pytest.raises(SystemExit, match=r"study\.yaml: studies\.s\.system: "):
        plan.main()
