import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sparse_nqs.networks.amplitude import log_modulus, psi_ratio

PSI = np.array([0.3, 2.0, -1.5, 0.4 - 0.8j, -1j])


def test_the_modulus_and_the_ratio_are_those_of_psi():
    log_psi = np.log(PSI.astype(complex))
    np.testing.assert_allclose(np.exp(log_modulus(log_psi)), np.abs(PSI), rtol=1e-14)
    ratios = psi_ratio(jnp.asarray(log_psi[1:] - log_psi[:-1]))
    np.testing.assert_allclose(ratios, PSI[1:] / PSI[:-1], rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_of_a_positive_state_nothing_is_computed(dtype):
    log_psi = jnp.asarray(np.log(np.abs(PSI)), dtype=dtype)
    assert log_modulus(log_psi) is log_psi
    assert jax.make_jaxpr(log_modulus)(log_psi).eqns == []
