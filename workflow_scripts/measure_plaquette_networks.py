"""Measure the toric code's analytic network at several weights, beside its closed form."""

from sparse_nqs import runtime
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.plaquettes import plaquette_rows
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.storage.tables import write_table


def main() -> None:
    """Read the spec, write the table."""
    arguments = read_arguments(__doc__, "networks")
    runtime.configure()
    spec = arguments.spec
    rows = list(plaquette_rows(spec))
    write_table(arguments.networks, "plaquette_networks", rows, {"figure": spec["figure"], **made_by(spec)})


if __name__ == "__main__":
    run(main)
