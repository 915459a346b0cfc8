"""Tests: what large study sets take, measured."""
