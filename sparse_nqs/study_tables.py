"""The tables that one job makes of a study, and another joins for all studies."""

SUMMARY = ("rounds", "fidelities", "histories", "provenance")
TICKETS = ("tickets", "ticket_units", "ticket_distributions", "mask_overlaps")
