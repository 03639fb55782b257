"""Sharing out the reading: evenly, never to the wrong person, the same each time."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cohorts.assigning import share_out

APPLICATIONS = st.integers(0, 25).map(lambda n: [f"a{i}" for i in range(n)])
REVIEWERS = st.integers(1, 7).map(lambda n: [f"r{i}" for i in range(n)])
PAIRS = st.sets(
    st.tuples(st.integers(0, 24).map(lambda n: f"a{n}"), st.integers(0, 6).map(lambda n: f"r{n}")),
    max_size=40,
)


def loads_of(reviewers, *kinds):
    counted = Counter(reviewer for pairs in kinds for _application, reviewer in pairs)
    return {reviewer: counted[reviewer] for reviewer in reviewers}


@given(APPLICATIONS, REVIEWERS, st.integers(1, 4), st.integers())
def test_loads_differ_by_one_at_most(applications, reviewers, each, seed):
    shared = share_out(applications, reviewers, each=each, seed=seed)

    loads = loads_of(reviewers, shared.pairs)
    assert loads == shared.loads
    assert max(loads.values()) - min(loads.values()) <= 1


@given(APPLICATIONS, REVIEWERS, st.integers(1, 4), PAIRS, PAIRS, st.integers())
def test_everyone_gets_what_they_may_read_and_no_more(
    applications, reviewers, each, taken, barred, seed
):
    taken = {pair for pair in taken if pair[0] in applications}
    shared = share_out(applications, reviewers, each=each, taken=taken, barred=barred, seed=seed)

    assert len(set(shared.pairs)) == len(shared.pairs)
    assert not set(shared.pairs) & (taken | barred)
    for application in applications:
        had = sum(one == application for one, _reviewer in taken)
        may = [one for one in reviewers if (application, one) not in taken | barred]
        got = [reviewer for one, reviewer in shared.pairs if one == application]
        lacks = max(0, each - had)
        assert len(got) == min(lacks, len(may))
        assert shared.short.get(application, 0) == lacks - len(got)


@given(APPLICATIONS, REVIEWERS, st.integers(1, 3), PAIRS, PAIRS, st.integers())
def test_no_single_move_would_be_fairer(applications, reviewers, each, taken, barred, seed):
    taken = {(a, r) for a, r in taken if a in applications and r in reviewers}
    shared = share_out(applications, reviewers, each=each, taken=taken, barred=barred, seed=seed)

    held = set(shared.pairs) | taken
    for application, giver in shared.pairs:
        for taker in reviewers:
            free = (application, taker) not in held | barred
            assert not (free and shared.loads[giver] - shared.loads[taker] >= 2)


@given(APPLICATIONS, REVIEWERS, st.integers(1, 3), PAIRS, st.integers())
def test_the_same_seed_gives_the_same(applications, reviewers, each, barred, seed):
    once = share_out(applications, reviewers, each=each, barred=barred, seed=seed)
    again = share_out(applications[::-1], reviewers[::-1], each=each, barred=barred, seed=seed)

    assert sorted(once.pairs) == sorted(again.pairs)


def test_a_chain_evens_out_what_one_move_cannot():
    """a1 may go to x or y only, a2 to y or z only: the load of x reaches z through y."""
    barred = {("a1", "z"), ("a2", "x"), ("a3", "y"), ("a3", "z")}

    for seed in range(20):
        shared = share_out(["a1", "a2", "a3"], ["x", "y", "z"], each=1, barred=barred, seed=seed)
        assert set(shared.loads.values()) == {1}


def test_too_few_reviewers_are_reported():
    shared = share_out(["a1", "a2"], ["x"], each=2)

    assert shared.short == {"a1": 1, "a2": 1}


def test_nobody_to_ask_leaves_everything_short():
    shared = share_out(["a1"], [], each=2)

    assert shared.pairs == []
    assert shared.short == {"a1": 2}


def test_nobody_gets_what_they_have_already():
    shared = share_out(["a1"], ["x", "y"], each=2, taken=[("a1", "x")])

    assert shared.pairs == [("a1", "y")]
    assert shared.loads == {"x": 1, "y": 1}
