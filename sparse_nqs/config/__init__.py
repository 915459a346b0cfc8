"""The study description: typed, checked, hashable; imports leaves and nothing else of the
package.

`load_config` and `parse_config` make a `Config` of files or of a dict, or raise a `ConfigError` with one line a
problem; `check_place` and `require_writable` look at the folder of the results. The module `canonical` hashes the
slices of the config that a result depends on, and `fingerprint` the code.
"""

from sparse_nqs.config.load import load_config, parse_config, refuse_repeated_files
from sparse_nqs.config.messages import ConfigError
from sparse_nqs.config.place import check_place, require_writable
from sparse_nqs.config.schema import Config, Study

__all__ = [
    "Config",
    "ConfigError",
    "Study",
    "check_place",
    "load_config",
    "parse_config",
    "refuse_repeated_files",
    "require_writable",
]
