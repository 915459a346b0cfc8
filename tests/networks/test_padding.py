import pytest

from sparse_nqs.networks.padding import padded_size, padded_weights

SIZES = [padded_size(count) for count in range(20_001)]


def test_sizes_are_a_ladder():
    assert SIZES == sorted(SIZES)
    assert all(padded_size(size) == size for size in set(SIZES))
    assert SIZES[0] > 0
    assert all(size % 8 == 0 for size in set(SIZES))


@pytest.mark.parametrize(("first", "excess"), [(33, 1.0), (513, 0.34)])
def test_padding_holds_the_count_and_little_more(first, excess):
    assert all(count <= SIZES[count] for count in range(20_001))
    assert all(SIZES[count] < (1 + excess) * count for count in range(first, 20_001))


def test_few_sizes_serve_a_whole_pruning_run():
    counts = [5000]
    while counts[-1] > 10:
        counts.append(counts[-1] - max(1, round(0.12 * counts[-1])))
    assert len({padded_size(count) for count in counts}) < len(counts) / 2


@pytest.mark.parametrize("most", [1, 72, 144, 500, 800])
def test_the_ladder_ends_at_the_largest_count(most):
    sizes = [padded_size(count, most=most) for count in range(most + 1)]
    assert sizes[-1] == max(sizes) == most
    assert all(count <= size for count, size in enumerate(sizes))
    assert all(size == SIZES[count] for count, size in enumerate(sizes) if size < most)


def test_weights_end_at_a_whole_block_of_a_factorisation():
    assert [padded_weights(most, most=most) for most in (36, 612, 2048, 2592)] == [128, 640, 2048, 2688]
    assert [padded_weights(count, most=612) for count in (1, 129, 257, 385, 513)] == [128, 256, 384, 512, 640]
