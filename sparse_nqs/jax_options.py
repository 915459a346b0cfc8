"""JAX's options as this project wants them, whatever the variables JAX_* say: a table that `runtime` sets.

An option that stands in no table here changes neither numbers nor whether they are computed: names of folders, logs,
dumps, caches, and which devices there are (tests/test_runtime.py holds the list of those).
"""

# The generator of all keys; the core has its own copy of it (vmc/random_numbers.py).
PRNG = "threefry2x32"

# What changes numbers, or the program that computes them. All but jax_enable_x64 are JAX's own defaults.
NUMBERS: dict[str, object] = {
    "jax_enable_x64": True,
    # Random keys and what is drawn from them.
    "jax_default_prng_impl": PRNG,
    "jax_threefry_partitionable": True,
    "jax_threefry_gpu_kernel_lowering": False,
    "jax_random_seed_offset": 0,
    "jax_enable_custom_prng": False,
    "jax_high_dynamic_range_gumbel": False,
    # Rounding.
    "jax_default_matmul_precision": None,
    "jax_allow_f16_reductions": True,
    "jax_softmax_custom_jvp": False,
    "jax_use_magma": "auto",
    "jax_bcoo_cusparse_lowering": False,
    "jax_ragged_dot_use_ragged_dot_instruction": True,
    "jax_ragged_dot_use_gpu_pallas_triton_lowering": False,
    # How programs are traced and compiled.
    "jax_disable_jit": False,
    "eager_constant_folding": False,
    "jax_disable_most_optimizations": False,
    "jax_optimization_level": "UNKNOWN",
    "jax_exec_time_optimization_effort": 0.0,
    "jax_memory_fitting_level": "O2",
    "jax_memory_fitting_effort": 0.0,
    "jax_compiler_enable_remat_pass": True,
    "jax_use_direct_linearize": True,
    "jax_use_simplified_jaxpr_constants": False,
    "jax_use_shardy_partitioner": True,
    "jax_enable_pgle": False,
    "jax_compilation_cache_expect_pgle": False,
    "jax_xla_profile_version": 0,
    "jax_custom_vjp3": False,
    "jax_remat3": False,
    "jax_scan3": False,
    "jax_refs_to_pins": False,
}

# What makes a sound computation fail or stop, or looks at every intermediate number.
FAILURES: dict[str, object] = {
    "jax_numpy_dtype_promotion": "standard",
    "jax_numpy_rank_promotion": "allow",
    "jax_legacy_prng_key": "allow",
    "jax_debug_nans": False,
    "jax_debug_infs": False,
    "jax_debug_key_reuse": False,
    "jax_enable_checks": False,
    "jax_check_tracer_leaks": False,
    "jax_check_static_indices": False,
    "jax_error_checking_behavior_nan": "ignore",
    "jax_error_checking_behavior_divide": "ignore",
    "jax_error_checking_behavior_oob": "ignore",
    "jax_experimental_unsafe_xla_runtime_errors": False,
    "jax_no_tracing": False,
    "jax_no_execution": False,
    "jax_mutable_array_checks": True,
    "jax_thread_guard": False,
    "jax_array_garbage_collection_guard": None,
    "jax_transfer_guard": None,
    "jax_transfer_guard_host_to_device": None,
    "jax_transfer_guard_device_to_device": None,
    "jax_transfer_guard_device_to_host": None,
    "jax_disallow_mesh_context_manager": False,
    "jax_disable_bwd_checks": False,
    "jax_disable_vmap_shmap_error": False,
    "jax_auto_pcast": True,
    "check_vma": False,
    "jax_remove_size_one_mesh_axis_from_type": False,
    "jax_raise_persistent_cache_errors": False,
}
