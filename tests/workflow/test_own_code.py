"""A user's own code that is wrong: every job that meets it says so in one line."""

import copy
import re

import pytest

pytestmark = pytest.mark.slow

RAISES = """\
def find_licence():
    raise RuntimeError("no licence\\nfor this lattice")


find_licence()
"""
WRONG = """\
import jax.numpy as jnp
from flax import linen as nn

from sparse_nqs.hamiltonians import Lattice


class Constant(nn.Module):
    lattice: Lattice

    def __call__(self, sigma):
        return sigma.sum(axis=-1)


class PerSite(nn.Module):
    lattice: Lattice

    @nn.compact
    def __call__(self, sigma):
        return nn.Dense(self.lattice.n_sites, param_dtype=jnp.float64)(sigma)


class Mismatched(nn.Module):
    lattice: Lattice

    @nn.compact
    def __call__(self, sigma):
        return (sigma @ self.param("w", nn.initializers.ones, (7, 7), jnp.float64)).sum(axis=-1)


def nothing(lattice):
    return None


def beyond(lattice):
    return [0.0][lattice.n_sites]
"""
NETWORKS = {
    "raises:Network": "UserCodeError: raises:Network: RuntimeError when imported: no licence for this lattice "
    r"\(.*/raises\.py, line 2\)",
    "wrong:Constant": "NetworkError: network wrong:Constant: the module has no parameters; allowed is at least one",
    "wrong:PerSite": "NetworkError: network wrong:PerSite: for 2 configurations the module returns "
    r"float64\[2, 4\]; allowed is float64\[2\], a real log psi for each",
    "wrong:Mismatched": "UserCodeError: wrong:Mismatched: TypeError when applied to configurations of 4 spins: "
    r".*\(.*/wrong\.py, line 27\)",
}
OPERATORS = {
    "wrong:nothing": "WorkError: wrong:nothing returned NoneType; allowed is a NetKet operator",
    "wrong:beyond": "UserCodeError: wrong:beyond: IndexError when called with lattice and the options "
    r"\(none\): list index out of range \(.*/wrong\.py, line 35\)",
}


def test_a_log_has_one_line_that_says_what_is_wrong(again):
    (again.folder / "raises.py").write_text(RAISES)
    (again.folder / "wrong.py").write_text(WRONG)
    config = copy.deepcopy(again.config)
    studies = config["studies"]
    targets, logs = [], {}
    for path, line in NETWORKS.items():
        name = path.replace(":", "_").lower()
        network = {"kind": "flax", "module": path}
        studies[name] = {**copy.deepcopy(studies["own"]), "network": network}
        targets.append(f"results/studies/{name}/seed_0/init.safetensors")
        logs[f"init/{name}/seed_0"] = line
    for path, line in OPERATORS.items():
        name = path.replace(":", "_").lower()
        studies[name] = copy.deepcopy(studies["own"])
        studies[name]["system"] |= {"operator": path, "options": {}}
        slug = again.studies(config)[name].system.slug
        targets.append(f"results/problems/{slug}.safetensors")
        logs[f"problem/{slug}"] = line
    # The tensors of a user's network are known when it is built, not when the config is read.
    studies["own"]["pruning"]["protocol"] = "res_blocks_global"
    targets.append("results/studies/own/seed_0/imp_wr/rounds_0001-0001.safetensors")
    logs["chain/own/seed_0_imp_wr_rounds_0001-0001"] = (
        r"PruningError: pruning protocol 'res_blocks_global' must fit the network, whose prunable tensors are "
        r"pairs, weights: it prunes block_<i>/conv1/kernel and block_<i>/conv2/kernel"
    )
    result = again.snakemake("--cores", "2", "--keep-going", *targets, config=config)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout + result.stderr
    for name, line in logs.items():
        found = (again.folder / "results" / "logs" / f"{name}.log").read_text()
        assert re.fullmatch(f"{line}\n", found), found
    assert not any((again.folder / target).exists() for target in targets)
