import pytest
from small_package import write


@pytest.fixture
def checkout(tmp_path):
    return write(tmp_path / "here")
