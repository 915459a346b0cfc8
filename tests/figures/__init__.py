"""Tests of every kind drawn from made-up tables (`synthetic`), and what is drawn compared with them."""
