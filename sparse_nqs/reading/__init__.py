"""From files, or plain data, to a checked config: layers, `like`, a clear line a mistake. May import: fields, config.

`load_config` and `parse_config` make a `Config`, or raise a `ConfigError` with one line a mistake; `check_folder` and
`require_writable` look at the folder of the results.
"""

from sparse_nqs.reading.load import load_config, parse_config, refuse_repeated_files
from sparse_nqs.reading.results_folder import check_folder, require_writable

__all__ = ["check_folder", "load_config", "parse_config", "refuse_repeated_files", "require_writable"]
