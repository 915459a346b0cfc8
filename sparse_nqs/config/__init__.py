"""The study description: typed, checked, hashable; imports the leaves `protocols` and `user_code` and
nothing else of the package.

`load_config` and `parse_config` make a `Config` of config.yaml, or raise a `ConfigError` with one line a
problem. The module `canonical` hashes the slices of it that a result depends on, and `fingerprint` the code.
"""

from sparse_nqs.config.load import load_config, parse_config
from sparse_nqs.config.messages import ConfigError
from sparse_nqs.config.schema import Config, Study

__all__ = ["Config", "ConfigError", "Study", "load_config", "parse_config"]
