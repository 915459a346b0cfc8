import pytest

from .cluster import Cluster, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    # Jobs of this test mostly wait; the node may claim what the machine does not have.
    with running_cluster(cpus=3, memory_mb=8_000) as running:
        yield running
