"""The study description: typed and checked, a file a key of the config. May import: hashing, fields, members.

`reading` makes a `Config` of files or of a dict.
"""

from sparse_nqs.config.config import Config
from sparse_nqs.config.references import References
from sparse_nqs.config.study import Study

__all__ = ["Config", "References", "Study"]
