"""How often the sampler is where a sharp state almost never is."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from sparse_nqs.networks.contract import FlipRows, Flips, Walkers
from sparse_nqs.vmc import Sampler, sweep


def product_flips(fields):
    """Flips of log psi = -sum_i h_i s_i / 2, whose spins are independent: p(s_i = 1) = 1 / (1 + exp(2 h_i))."""

    def propose(walkers, row):
        return fields[row.sites].astype(walkers.spins.dtype) * walkers.spins[row.sites[:, 0]], None

    nothing = dict.fromkeys(Flips._fields)
    return Flips(**nothing)._replace(propose=propose, accept=lambda cache, proposal, accepted: cache)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_rare_spins_are_as_rare_as_the_state_says(dtype):
    """Independent spins, each drawn anew in every sweep: binomial counts, down to one in 1e8."""
    probability = np.repeat([0.5, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 0.0], [1, 1, 1, 1, 1, 4, 16, 1])
    with np.errstate(divide="ignore"):
        # Of probability 0: exp(-2e4) is.
        fields = np.minimum(0.5 * np.log(1.0 / probability - 1.0), 1e4)
    n_sites, n_chains, n_sweeps = len(fields), 4096, 2000
    flips = product_flips(jnp.asarray(fields))
    sampler = Sampler((FlipRows(jnp.arange(n_sites, dtype=jnp.int32).reshape(2, -1, 1)),))

    @jax.jit
    def counts(key):
        def body(index, carry):
            spins, found = carry
            walkers = Walkers((), (), (), spins)
            walkers, _ = sweep(flips, walkers, sampler, jax.random.fold_in(key, index))
            return walkers.spins, found + (walkers.spins > 0).sum(axis=1)

        spins = -jnp.ones((n_sites, n_chains), dtype)
        return jax.lax.fori_loop(0, n_sweeps, body, (spins, jnp.zeros(n_sites, dtype=jnp.int64)))[1]

    found = np.asarray(counts(jax.random.key(8)))
    for value in np.unique(probability):
        here = probability == value
        test = stats.binomtest(int(found[here].sum()), n_chains * n_sweeps * int(here.sum()), value)
        assert test.pvalue > 1e-3, value
