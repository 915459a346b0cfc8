"""The study description: typed and checked, a file a key of the config. May import: hashing, fields, members.

`reading` makes a `Config` of files or of a dict.
"""

from sparse_nqs.config.schema import Config, Study

__all__ = ["Config", "Study"]
