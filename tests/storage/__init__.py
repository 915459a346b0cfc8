"""Tests of files: round trips, damage of every byte, full disks, the schemas."""
