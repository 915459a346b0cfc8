import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from sparse_nqs.networks.convolution import Convolution, image

SHAPES = [(4, 4, 1), (3, 5, 2), (2, 2, 2), (1, 4, 3), (2, 3, 1)]


def by_loops(x, kernel, periodic):
    """The definition: out[x, y, f] = sum over offsets and input channels; outside an open lattice is zero."""
    _, length, width, _ = x.shape
    result = np.zeros((*x.shape[:3], kernel.shape[-1]))
    for a in range(length):
        for b in range(width):
            for i in range(3):
                for j in range(3):
                    source = (a + i - 1, b + j - 1)
                    if periodic:
                        source = (source[0] % length, source[1] % width)
                    if 0 <= source[0] < length and 0 <= source[1] < width:
                        result[:, a, b] += x[:, source[0], source[1]] @ kernel[i, j]
    return result


@pytest.mark.parametrize("as_matrix", [False, True])
@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_convolution_is_the_explicit_sum_and_flaxs(shape, periodic, as_matrix):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(7, *shape))
    kernel = generator.normal(size=(3, 3, shape[-1], 5))
    variables = {"params": {"kernel": jnp.asarray(kernel)}}
    ours = jax.jit(Convolution(5, periodic, as_matrix).apply)(variables, jnp.asarray(x))
    np.testing.assert_allclose(ours, by_loops(x, kernel, periodic), atol=1e-12)
    padding = "CIRCULAR" if periodic else "SAME"
    conv = nn.Conv(5, (3, 3), padding=padding, use_bias=False, param_dtype=jnp.float64)
    np.testing.assert_allclose(ours, conv.apply(variables, jnp.asarray(x)), atol=1e-12)


def test_the_kernel_starts_he_normal():
    kernel = np.asarray(
        Convolution(64, False).init(jax.random.key(0), jnp.ones((1, 4, 4, 32)))["params"]["kernel"]
    )
    assert kernel.shape == (3, 3, 32, 64) and kernel.dtype == np.float64
    assert kernel.std() == pytest.approx(np.sqrt(2 / (9 * 32)), rel=0.02)
    assert abs(kernel.mean()) < 5 * kernel.std() / kernel.size**0.5


def test_spin_two_x_m_plus_two_y_plus_d_is_channel_d_of_cell_x_y():
    sigma = jnp.arange(24.0)[None]
    pixels = np.asarray(image(sigma, (3, 4, 2)))
    assert all(
        pixels[0, x, y, d] == 2 * (x * 4 + y) + d for x in range(3) for y in range(4) for d in range(2)
    )
