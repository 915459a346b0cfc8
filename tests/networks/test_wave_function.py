"""Modules that are no wave function, and those that are, in the check of job `init`."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from sparse_nqs.errors import WorkError
from sparse_nqs.hamiltonians import Lattice
from sparse_nqs.networks import build_network
from sparse_nqs.networks.wave_function import require_wave_function

COUNTER = itertools.count()


class Varied(nn.Module):
    """A small network with one thing changed."""

    lattice: Lattice
    what: str = "nothing"

    @nn.compact
    def __call__(self, sigma):
        def start(key, shape, dtype):
            return (
                0.0 * jax.random.normal(key, shape, dtype)
                if self.what == "zero"
                else (0.1 * jax.random.normal(key, shape, dtype))
            )

        kernel = self.param("kernel", start, (self.lattice.n_sites, 4), jnp.float64)
        batch, hidden = sigma.shape[0], sigma @ kernel
        match self.what:
            case "mean":
                hidden = hidden - hidden.mean(axis=0, keepdims=True)
            case "batch_norm":
                hidden = nn.BatchNorm(use_running_average=False, use_bias=False, use_scale=False)(hidden)
            case "size":
                hidden = hidden * jnp.sqrt(1.0 * batch)
            case "order":
                hidden = hidden + 0.01 * jnp.arange(batch)[:, None]
            case "first_alone":
                hidden = hidden.at[1:].add(hidden[:1])
            case "dropout":
                hidden = nn.Dropout(0.5, deterministic=False)(hidden)
            case "noise":
                hidden = hidden + 0.01 * np.random.default_rng(next(COUNTER)).normal()
            case "counter":
                hidden = hidden * (1.0 + next(COUNTER))
            case "callback":
                draw = lambda x: x + np.random.default_rng(next(COUNTER)).normal(size=x.shape)  # noqa: E731
                hidden = jax.pure_callback(draw, hidden, hidden, vmap_method="expand_dims")
            case "float32" | "bfloat16" | "float16":
                hidden = (sigma.astype(self.what) @ kernel.astype(self.what)).astype(jnp.float64)
            case "narrow_inside":
                hidden = jax.jit(lambda x: jnp.tanh(x.astype(jnp.float32)).astype(jnp.float64))(hidden)
            case "narrow_spins":
                hidden = sigma.astype(jnp.float32).astype(jnp.float64) @ kernel
            case "one_only":
                hidden = hidden.reshape(12, -1)
            case "root":
                hidden = jnp.sqrt(jnp.abs(hidden - hidden))
            case "log":
                hidden = jnp.log(hidden - hidden)
            case "offset":
                return kernel.sum() + 0.0 * sigma.sum(axis=-1)
        return jnp.logaddexp(hidden, -hidden).sum(axis=-1)


def check(what, kind=None):
    description = kind or {"kind": "flax", "module": f"{__name__}:Varied", "options": {"what": what}}
    # As in jobs: modules are written for the usual promotion rules.
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        network = build_network(description, Lattice(3, 2))
        require_wave_function(network, "mine:Varied", network.init(jax.random.key(0)))


@pytest.mark.parametrize("what", ["nothing", "narrow_spins"])
def test_wave_functions_pass(what):
    check(what)


def test_a_network_of_the_package_passes():
    check("", {"kind": "ffnn", "alpha": 1, "init_std": 0.01})


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (
            "mean",
            r"depends on its batch: alone it differs by .* from that among 12; allowed is a function of each row",
        ),
        ("batch_norm", "variables in batch_stats; allowed is params alone"),
        ("size", "depends on its batch: alone it differs"),
        ("order", "depends on its batch"),
        ("first_alone", "depends on its batch"),
        ("dropout", "InvalidRngError when applied to .*dropout"),
        ("noise", "differs from call to call, by .*; allowed is a function without random numbers and state"),
        ("counter", "differs from call to call"),
        ("callback", "differs from call to call"),
        ("float32", "computes in float32; allowed is float64"),
        ("bfloat16", "computes in bfloat16"),
        ("float16", "computes in float16"),
        ("narrow_inside", "computes in float32"),
        ("one_only", "TypeError when applied to"),
        ("root", "the derivative of log psi by kernel is not finite"),
        ("log", "log psi is inf at the initial weights"),
        (
            "zero",
            "every derivative of log psi is the same in all configurations, so training could not begin",
        ),
        ("offset", "every derivative of log psi is the same in all configurations"),
    ],
)
def test_what_is_no_wave_function_is_refused_in_one_line(what, message):
    with pytest.raises(WorkError, match=message) as caught:
        check(what)
    assert "\n" not in str(caught.value)
