"""Bootstrap: intervals that hold the truth as often as they say, quantiles by hand."""

import numpy as np
import pytest

from newshole.bootstrap import intervals, quantile


def mean(values: np.ndarray) -> "np.ufunc":
    def of(weights: np.ndarray) -> np.ndarray:
        means: np.ndarray = (weights @ values / weights.sum(axis=1))[:, None]
        return means

    return of  # type: ignore[return-value]


def coverage(*, between: float, by_site: bool) -> float:
    """Share of 300 samples, 40 sites of 5 pages each, whose interval holds the true mean, 0."""
    generator = np.random.default_rng(11)
    sites = np.repeat(np.arange(40), 5)
    held = 0
    for sample in range(300):
        values = generator.normal(size=200) + between * generator.normal(size=40)[sites]
        clusters = sites if by_site else np.arange(200)
        low, high = intervals(mean(values), clusters, resamples=300, seed=sample)[0]
        held += low <= 0 <= high
    return held / 300


def test_intervals_hold_the_truth_nineteen_times_in_twenty() -> None:
    assert 0.91 <= coverage(between=0, by_site=False) <= 0.98
    assert 0.90 <= coverage(between=2, by_site=True) <= 0.98


def test_pages_of_one_site_are_no_pages_of_their_own() -> None:
    assert coverage(between=2, by_site=False) < 0.75


def test_an_interval_is_as_wide_as_theory_has_it() -> None:
    values = np.random.default_rng(5).normal(size=400)
    low, high = intervals(mean(values), np.arange(400), resamples=4000)[0]
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.05)


def test_the_seed_decides() -> None:
    values = np.random.default_rng(5).normal(size=50)
    first, again = (intervals(mean(values), np.arange(50), seed=3) for _ in range(2))
    assert (first == again).all()
    assert (intervals(mean(values), np.arange(50), seed=4) != first).any()


def test_blocks_of_resamples_have_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(5).normal(size=50)
    sizes = []

    def watched(weights: np.ndarray) -> np.ndarray:
        sizes.append(len(weights))
        return mean(values)(weights)  # type: ignore[no-any-return]

    whole = intervals(watched, np.arange(50), resamples=100)
    monkeypatch.setattr("newshole.bootstrap._BLOCK", 50 * 7)
    assert (intervals(watched, np.arange(50), resamples=100) == whole).all()
    assert sizes == [100, *[7] * 14, 2]


def test_whole_clusters_are_drawn() -> None:
    clusters = np.array([0, 0, 0, 1, 1, 2])

    def watched(weights: np.ndarray) -> np.ndarray:
        assert (weights[:, 0] == weights[:, 2]).all()
        assert (weights[:, 3] == weights[:, 4]).all()
        assert (weights[:, [0, 3, 5]].sum(axis=1) == 3).all()
        return weights[:, :1]

    assert intervals(watched, clusters).tolist() == [[0, 3]]


def test_one_cluster_has_no_interval() -> None:
    assert np.isnan(intervals(mean(np.arange(3)), np.zeros(3, dtype=int))).all()


def test_a_figure_that_is_not_defined_has_no_say() -> None:
    def figures(weights: np.ndarray) -> np.ndarray:
        rare = np.where(weights[:, 0] > 0, 0.5, np.nan)
        return np.stack([rare, np.full(len(weights), np.nan)], axis=1)

    ends = intervals(figures, np.arange(10))
    assert ends[0].tolist() == [0.5, 0.5]
    assert np.isnan(ends[1]).all()


@pytest.mark.parametrize(
    ("values", "median", "ninetieth"),
    [
        ([7], 7, 7),
        ([1, 3], 2, 3),
        ([5, 1, 9], 5, 9),
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.5, 9.5),
        (list(range(20)), 9.5, 17.5),
    ],
)
def test_quantiles_by_hand(values: list[int], median: float, ninetieth: float) -> None:
    page, ones = np.array(values), np.ones((1, len(values)))
    assert quantile(page, ones, 1, 2).tolist() == [median]
    assert quantile(page, ones, 9, 10).tolist() == [ninetieth]
    assert quantile(page, ones, 1, 2)[0] == np.median(page)


def test_a_quantile_counts_pages_as_often_as_they_were_drawn() -> None:
    values = np.array([4, 1, 2])
    weights = np.array([[1, 1, 1], [3, 0, 0], [1, 3, 0], [0, 1, 1], [0, 0, 0]], dtype=float)
    found = quantile(values, weights, 1, 2)
    assert found[:4].tolist() == [2, 4, 1, 1.5]
    assert np.isnan(found[4])
