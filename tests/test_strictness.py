"""The tests themselves are run strictly."""

import warnings

import jax.numpy as jnp
import numpy as np
import pytest


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning, match="of a test"):
        warnings.warn("of a test", stacklevel=1)


def test_silent_casts_and_broadcasts_are_errors():
    with pytest.raises(ValueError, match="rank"):
        jnp.ones((2, 3)) + jnp.ones(3)
    with pytest.raises(ValueError, match="no available implicit dtype promotion"):
        jnp.ones(3, jnp.float32) + jnp.ones(3, jnp.float64)
    # Numbers of Python take the dtype of what they meet.
    np.testing.assert_array_equal(jnp.ones(3, jnp.float32) + 1.0, 2.0)
