"""The rush counts what went wrong: a count that is always nought would prove nothing."""

from tests.bench import rush

CLOSES = 100.0


def clicked(uid, *, sent_at=99.0, status=302):
    click = rush.Click(1, "s", "POST", f"/applications/{uid}/submit/")
    return rush.Answer(click, sent_at - 0.1, sent_at, sent_at + 0.1, status)


def judged(answers, counted):
    reference = [rush.Answer(one.click, 1.0, 1.05, 1.1, 200) for one in answers]
    return {row.name: row for row in rush.judged(answers, reference, counted, CLOSES)}


def test_all_is_well():
    answers = [clicked("a"), clicked("a"), clicked("b", sent_at=99.95)]

    found = judged(answers, {"a": (True, 1, 1), "b": (True, 1, 1)})

    assert [found[f"rush_{name}"].value for name in ("lost", "double", "faults")] == [0, 0, 0]
    assert round(found["rush_deadline_p95"].ratio, 3) == 2
    assert found["rush_faults"].against == "3, 1 after the deadline"


def test_lost_is_whoever_clicked_in_time_and_lacks_something():
    answers = [clicked(uid) for uid in "abcd"] + [clicked("e", sent_at=100.5), clicked("a")]
    counted = {
        "a": (True, 1, 1),
        "b": (False, 0, 0),  # refused as late
        "c": (True, 1, 0),  # without its receipt
        "d": (True, 0, 1),
        "e": (False, 0, 0),  # really late
    }

    row = judged(answers, counted)["rush_lost"]

    assert (row.value, row.against) == (3, "4 sent in time")


def test_double_and_faults_are_seen():
    answers = [clicked("a"), clicked("a", status=500), clicked("b", status=0), clicked("b")]

    found = judged(answers, {"a": (True, 2, 1), "b": (True, 1, 2)})

    assert found["rush_double"].value == found["rush_faults"].value == 2


def test_people_crowd_towards_the_end_and_half_click_twice():
    cities = [{"application": f"{n}", "session": "s"} for n in range(200)]

    clicks = rush.handing_in({"cities": cities})

    assert len(clicks) == 300
    assert max(click.after for click in clicks) < rush.SECONDS
    assert sum(click.after > rush.SECONDS / 2 for click in clicks) > 220


def test_warming_does_not_wait():
    people = {"slug": "warm", "cities": [{"application": "1", "city": "2", "session": "s"}] * 4}

    assert {click.after for click in rush.warming(people)} == {0}
