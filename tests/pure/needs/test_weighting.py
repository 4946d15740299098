"""Weights and their standard errors: the worked examples, and R's `survey` package on its own published example."""

from __future__ import annotations

import numpy as np
import pytest

from participation.needs.ranges import wilson
from participation.needs.refusals import WeightingRefused
from participation.needs.survey_errors import (
    Design,
    RakedMargin,
    post_stratified_mean,
    weighted_mean,
    weighted_ratio,
    weighted_total,
)
from participation.needs.weighting import (
    Margin,
    effective_base,
    post_stratified,
    rake,
    trimmed,
    weighted_share,
)
from tests.pure.needs.api_schools import BASE_WEIGHT, DISTRICTS, schools

SCHOOLS = schools()
KINDS = [("E", "H", "M").index(school.kind) for school in SCHOOLS]
MET = [int(school.met_target) for school in SCHOOLS]
INDEX = [float(school.index) for school in SCHOOLS]
PUPILS = [float(school.pupils) for school in SCHOOLS]
DISTRICT = [school.district for school in SCHOOLS]
BASE = [BASE_WEIGHT] * len(SCHOOLS)


def test_kish() -> None:
    counts, weights = [20, 40], np.array([1.5, 0.75])
    base = effective_base(counts, weights)
    share = weighted_share([18, 24], counts, weights)
    assert share == 0.75
    assert base == pytest.approx(53.3333, abs=5e-5)
    assert 60 / base == pytest.approx(1.125)
    assert wilson(share, base) == pytest.approx((0.6197, 0.8467), abs=5e-5)


def test_efficiency_of_the_published_example() -> None:
    """24 weights that sum to 24.82, their squares to 32.06: efficiency 80.06%, effective base 19 (UK notes, section 7)."""
    assert pytest.approx(0.8006, abs=5e-5) == 24.82**2 / 32.06 / 24


def test_post_stratification() -> None:
    counts = [40, 160, 200]
    weights = post_stratified(counts, [30_000, 45_000, 25_000])
    assert weights.tolist() == pytest.approx([3.0, 1.125, 0.5])
    share, base = weighted_share([30, 80, 60], counts, weights), effective_base(counts, weights)
    assert share == pytest.approx(0.525)
    assert base == pytest.approx(261.22, abs=5e-3)
    assert 400 / base == pytest.approx(1.5312, abs=6e-5)
    assert wilson(share, base) == pytest.approx((0.4645, 0.5848), abs=5e-5)


def test_raking_two_by_two() -> None:
    counts = [50, 30, 10, 10]
    raked = rake(counts, [Margin([0, 0, 1, 1], [50, 50]), Margin([0, 1, 0, 1], [60, 40])])
    assert raked.converged
    assert raked.weights.tolist() == pytest.approx([0.6609, 0.5651, 2.6954, 2.3046], abs=5e-5)
    assert effective_base(counts, raked.weights) == pytest.approx(63.62, abs=5e-3)


def test_raking_one_margin_is_post_stratification() -> None:
    raked = rake([40, 160, 200], [Margin([0, 1, 2], [120, 180, 100])])
    assert raked.weights.tolist() == pytest.approx(post_stratified([40, 160, 200], [30, 45, 25]).tolist())
    assert raked.rounds == 1


def test_raking_that_cannot_converge_says_so() -> None:
    raked = rake([10, 10], [Margin([0, 1], [5, 15]), Margin([0, 1], [15, 5])], rounds=50)
    assert not raked.converged
    assert raked.rounds == 50


def test_an_empty_group_cannot_be_represented() -> None:
    with pytest.raises(WeightingRefused, match="nobody"):
        rake([10, 0], [Margin([0, 1], [5, 5])])
    with pytest.raises(WeightingRefused, match="nobody"):
        post_stratified([10, 0], [5, 5])


def test_trimming_holds_weights_between_a_fifth_and_five_times_the_mean() -> None:
    weights, people = trimmed([90, 5, 5], np.array([1.0, 0.05, 9.0]))
    mean = (90 + 0.25 + 45) / 100
    assert weights.tolist() == pytest.approx([1.0, 0.2 * mean, 5 * mean])
    assert people == 10


def raked_schools(change: float | None, met: tuple[float, float]) -> tuple[Design, list[RakedMargin]]:
    """Raked by cells of type and target, as R's stopping rule looks at them, then given to each school."""
    cells = [(kind, reached) for kind in range(3) for reached in range(2)]
    counts = [sum(1 for pair in zip(KINDS, MET, strict=True) if pair == cell) for cell in cells]
    raked = rake(
        counts,
        [Margin([kind for kind, _ in cells], [4421, 755, 1018]), Margin([reached for _, reached in cells], met)],
        start=np.full(len(cells), BASE_WEIGHT),
        tolerance=1e-14,
        change=change,
    )

    def of_schools(weights: np.ndarray) -> list[float]:
        return [float(weights[cells.index(pair)]) for pair in zip(KINDS, MET, strict=True)]

    margins = [RakedMargin(KINDS, of_schools(raked.steps[0])), RakedMargin(MET, of_schools(raked.steps[1]))]
    return Design(of_schools(raked.weights), DISTRICT, population=[DISTRICTS]), margins


def test_r_svymean_without_raking() -> None:
    """svymean(~api00, dclus1): SE 23.542240693781."""
    found = weighted_mean(INDEX, Design(BASE, DISTRICT, population=[DISTRICTS]))
    assert found.value == pytest.approx(644.1693989071, rel=1e-12)
    assert found.standard_error == pytest.approx(23.542240693781, rel=1e-11)


def test_r_raking_weights_mean_and_total() -> None:
    """rake(dclus1, list(~stype, ~sch.wide), ...), R's own example and stopping rule."""
    design, margins = raked_schools(1.0, (1072, 5122))
    seen = {(k, m): w for k, m, w in zip(KINDS, MET, design.weights, strict=True)}
    assert seen[0, 1] == pytest.approx(29.8704638727345, rel=1e-12)
    assert seen[0, 0] == pytest.approx(39.838509410554, rel=1e-12)
    assert seen[1, 0] == pytest.approx(67.1257826263303, rel=1e-12)
    assert seen[2, 1] == pytest.approx(36.7921816646831, rel=1e-12)
    assert weighted_mean(INDEX, design, margins).value == pytest.approx(641.230246862208, rel=1e-12)
    assert weighted_total(INDEX, design, margins).value == pytest.approx(3971780.14906453, rel=1e-12)


def test_r_raking_standard_errors() -> None:
    """The same with 1,000 and 5,194 schools: SE 23.745841047537 once converged, 23.7458597039106 with R's default."""
    converged = weighted_mean(INDEX, *raked_schools(None, (1000, 5194)))
    assert converged.standard_error == pytest.approx(23.745841047537, rel=1e-10)
    default = weighted_mean(INDEX, *raked_schools(1.0, (1000, 5194)))
    assert default.standard_error == pytest.approx(23.7458597039106, rel=1e-10)


def test_r_post_stratified_mean() -> None:
    """postStratify(dclus1, ~stype, ...): 642.310788211584, SE 23.9204864450905."""
    raked = rake([1] * len(SCHOOLS), [Margin(KINDS, [4421, 755, 1018])], start=np.array(BASE))
    design = Design(raked.weights.tolist(), DISTRICT, population=[DISTRICTS])
    found = post_stratified_mean(INDEX, design, KINDS, BASE)
    assert found.value == pytest.approx(642.310788211584, rel=1e-12)
    assert found.standard_error == pytest.approx(23.9204864450905, rel=1e-11)


def test_a_margin_that_was_raked_to_has_no_error_left() -> None:
    design, margins = raked_schools(None, (1072, 5122))
    found = weighted_total([float(kind == 0) for kind in KINDS], design, margins)
    assert found.value == pytest.approx(4421)
    assert found.standard_error == pytest.approx(0, abs=1e-3)


def test_r_total_of_pupils() -> None:
    """svytotal(~enroll, dclus1) prints 3404940 with SE 932235."""
    found = weighted_total(PUPILS, Design(BASE, DISTRICT, population=[DISTRICTS]))
    assert round(found.value) == 3404940
    assert round(found.standard_error) == 932235
    assert found.design_effect == pytest.approx(31.311, abs=5e-4), "deff=TRUE"


def test_r_post_stratified_total_of_pupils() -> None:
    """svytotal(~enroll, postStratify(dclus1, ~stype, pop.types)) prints 3680893 with SE 406293."""
    weights = rake([1] * len(SCHOOLS), [Margin(KINDS, [4421, 755, 1018])], start=np.array(BASE)).weights.tolist()
    design = Design(weights, DISTRICT, population=[DISTRICTS])
    found = weighted_total(PUPILS, design, [RakedMargin(KINDS, weights)])
    assert round(found.value) == 3680893
    assert round(found.standard_error) == 406293


def test_against_people_put_back_the_design_effect_lacks_the_finite_correction() -> None:
    design = Design(BASE, DISTRICT, population=[DISTRICTS])
    without, put_back = (weighted_mean(INDEX, design, put_back=one) for one in (False, True))
    assert put_back.standard_error == without.standard_error
    assert put_back.design_effect == pytest.approx(without.design_effect * (1 - len(SCHOOLS) / sum(BASE)), rel=1e-12)


def test_a_ratio_and_a_group_agree_with_leaving_out_each_district() -> None:
    """Two other ways to the same numbers: a mean is a ratio to ones; and a small nudge to each weight (numerical slopes)."""
    design = Design(BASE, DISTRICT, population=[DISTRICTS])
    mean = weighted_mean(INDEX, design)
    assert weighted_ratio(INDEX, [1.0] * len(INDEX), design).standard_error == pytest.approx(mean.standard_error)
    high = [float(kind == 1) for kind in KINDS]
    found = weighted_ratio([i * h for i, h in zip(INDEX, high, strict=True)], high, design)
    inside = [(i, w) for i, h, w in zip(INDEX, high, BASE, strict=True) if h]
    assert found.value == pytest.approx(sum(i * w for i, w in inside) / sum(w for _, w in inside))

    def group_mean(weights: np.ndarray) -> float:
        return float((np.array(INDEX) * high * weights).sum() / (np.array(high) * weights).sum())

    base, step = np.array(BASE), 1e-4
    slopes = np.array(
        [(group_mean(base + step * one) - group_mean(base - step * one)) / (2 * step) for one in np.eye(len(BASE))]
    )
    sums = np.array([(slopes * base)[np.array(DISTRICT) == place].sum() for place in sorted(set(DISTRICT))])
    number = len(sums)
    variance = (1 - number / DISTRICTS) * number / (number - 1) * ((sums - sums.mean()) ** 2).sum()
    assert found.standard_error == pytest.approx(variance**0.5, rel=1e-7)


# 4 of 9 clusters, and 3, 2, 4 and 3 of 5, 6, 8 and 7 people in them: what R's survey package (4.2) says of it, to 17 digits.
_TWO_STAGES = {
    "cluster": (1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4),
    "inside": (5, 5, 5, 6, 6, 8, 8, 8, 8, 7, 7, 7),
    "value": (3, 8, 5, 9, 4, 7, 2, 6, 6, 1, 8, 5),
    "first": (0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0),
    "second": (0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1),
}


def test_r_two_stages_of_clusters_plain_and_raked() -> None:
    clusters, inside, values = (_TWO_STAGES[name] for name in ("cluster", "inside", "value"))
    base = [9 / 4 * there / clusters.count(cluster) for cluster, there in zip(clusters, inside, strict=True)]

    def design(weights: list[float]) -> Design:
        return Design(weights, clusters, population=[9], inner=list(range(12)), inner_population=inside)

    def figures(weights: list[float], margins: list[RakedMargin]) -> list[float]:
        mean, total = (f(values, design(weights), margins) for f in (weighted_mean, weighted_total))
        return [mean.value, mean.standard_error, mean.design_effect, total.value, total.standard_error]

    said = [5.3974358974358978, 0.54065256831750741, 0.67034977855000288, 315.75, 35.453901994937972]
    assert figures(base, []) == pytest.approx(said, rel=1e-12)
    labels = [_TWO_STAGES["first"], _TWO_STAGES["second"]]
    raked = rake(
        np.ones(12), [Margin(labels[0], (35.0, 23.0)), Margin(labels[1], (28.0, 30.0))], start=np.array(base),
        tolerance=1e-14, rounds=5000,
    )  # fmt: skip
    margins = [RakedMargin(one, step.tolist()) for one, step in zip(labels, raked.steps, strict=True)]
    said = [5.4159196045075753, 0.49449268504476362, 0.5849950593905594, 314.12333706143932, 28.680575732596299]
    assert figures(raked.weights.tolist(), margins) == pytest.approx(said, rel=1e-10)


def test_equal_weights_of_people_have_no_design_effect() -> None:
    yes = [1.0] * 42 + [0.0] * 18
    found = weighted_mean(yes, Design([1.0] * 60))
    assert found.value == 0.7
    assert found.standard_error == pytest.approx((0.7 * 0.3 / 59) ** 0.5)
    assert found.design_effect == pytest.approx(1.0)
