"""Compute the ground energy of a system by the most accurate method that fits it."""

from sparse_nqs import known_energies
from sparse_nqs.references import note_on_zero, reference_energy, relative_to
from sparse_nqs.stages.arguments import read_arguments, run
from sparse_nqs.stages.provenance import made_by
from sparse_nqs.storage.problems import read_problem
from sparse_nqs.storage.results import write_result


def main() -> None:
    """Read the problem, write the reference."""
    arguments = read_arguments(__doc__, "problem", "reference")
    problem = read_problem(arguments.problem, arguments.spec["system"])
    reference = reference_energy(problem.system, problem.table, arguments.spec["references"])
    content = reference._asdict() | {"steps": [step._asdict() for step in reference.steps]}
    energy, error = reference.extrapolated_energy, reference.error
    content["relative_to"] = relative_to(energy, error, problem.table)
    if content["relative_to"] is None:
        # Rule `reference` shows such a line in the terminal too.
        system = problem.system
        print(note_on_zero(str(system.get("operator", system["model"])), energy, error), flush=True)
    content["made_by"] = made_by(arguments.spec)
    known = known_energies.find(problem.system)
    if reference.source == "package" and known is not None:
        # The code and the versions that computed the energy, not those that read it.
        content["made_by"] |= {name: known["made_by"][name] for name in ("code_hash", "versions")}
    write_result(arguments.reference, "reference", content, {"system": problem.system})


if __name__ == "__main__":
    run(main)
