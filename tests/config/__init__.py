"""Tests of the study description: what is refused and in which words, hashes, fingerprints, plans."""
