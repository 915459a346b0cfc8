import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from marks import slow

from sparse_nqs.networks.convolution import Convolution, ConvolutionOptions, image

# Images (L, M, F_in) and the kernel's side.
CASES = [
    *((shape, 3) for shape in [(4, 4, 1), (3, 5, 2), (2, 2, 2), (1, 4, 3), (2, 3, 1)]),
    ((5, 6, 1), 5),
    ((2, 3, 2), 5),
    ((3, 4, 2), 1),
]


def by_loops(x, kernel, padding):
    """The definition: out[x, y, f] = sum over offsets and input channels; outside a lattice that is open is zero."""
    _, length, width, _ = x.shape
    size = len(kernel)
    # The first and the last cell that the kernel's middle stands on.
    first = size // 2 if padding == "valid" else 0
    cells = [range(first, side - first) for side in (length, width)]
    result = np.zeros((len(x), len(cells[0]), len(cells[1]), kernel.shape[-1]))
    for a in cells[0]:
        for b in cells[1]:
            for i in range(size):
                for j in range(size):
                    source = (a + i - size // 2, b + j - size // 2)
                    if padding == "periodic":
                        source = (source[0] % length, source[1] % width)
                    if 0 <= source[0] < length and 0 <= source[1] < width:
                        result[:, a - first, b - first] += x[:, source[0], source[1]] @ kernel[i, j]
    return result


@pytest.mark.parametrize("as_matrix", [False, True])
@pytest.mark.parametrize("padding", ["same", "periodic", "valid"])
@pytest.mark.parametrize(("shape", "size"), [*CASES[:3], *(slow(*case) for case in CASES[3:-2]), *CASES[-2:]])
def test_the_convolution_is_the_explicit_sum_and_flaxs(shape, size, padding, as_matrix):
    if padding == "valid" and min(shape[:2]) < size:
        pytest.skip("the kernel does not fit")
    use_bias = shape[2] == 2
    generator = np.random.default_rng(0)
    x = generator.normal(size=(7, *shape))
    kernel, bias = generator.normal(size=(size, size, shape[-1], 5)), generator.normal(size=5)
    tensors = {"kernel": kernel, "bias": bias} if use_bias else {"kernel": kernel}
    variables = {"params": {name: jnp.asarray(value) for name, value in tensors.items()}}
    options = ConvolutionOptions(5, padding, size, use_bias, as_matrix=as_matrix)
    ours = jax.jit(Convolution(options).apply)(variables, jnp.asarray(x))
    expected = by_loops(x, kernel, padding) + (bias if use_bias else 0.0)
    np.testing.assert_allclose(ours, expected, atol=1e-12)
    flaxs = {"same": "SAME", "periodic": "CIRCULAR", "valid": "VALID"}[padding]
    conv = nn.Conv(5, (size, size), padding=flaxs, use_bias=use_bias, param_dtype=jnp.float64)
    np.testing.assert_allclose(ours, conv.apply(variables, jnp.asarray(x)), atol=1e-12)


def test_spin_two_x_m_plus_two_y_plus_d_is_channel_d_of_cell_x_y():
    sigma = jnp.arange(24.0)[None]
    pixels = np.asarray(image(sigma, (3, 4, 2)))
    assert all(
        pixels[0, x, y, d] == 2 * (x * 4 + y) + d for x in range(3) for y in range(4) for d in range(2)
    )
