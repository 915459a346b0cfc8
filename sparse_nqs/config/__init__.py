"""The study description: typed, checked, hashable; imports the leaves `protocols` and `user_code` and
nothing else of the package.

`load_config` and `parse_config` make a `Config` of config.yaml, or raise a `ConfigError` with one line a
problem; `check_files` looks at files that somebody else has read, `require_writable` at the folder of the
results. The module `canonical` hashes the slices of the config that a result depends on, and `fingerprint` the code.
"""

from sparse_nqs.config.load import load_config, parse_config
from sparse_nqs.config.messages import ConfigError
from sparse_nqs.config.place import require_writable
from sparse_nqs.config.read import check_files
from sparse_nqs.config.schema import Config, Study

__all__ = ["Config", "ConfigError", "Study", "check_files", "load_config", "parse_config", "require_writable"]
