"""What anybody finds out about the published totals of any vote."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

# 620 owners of 60,000 ㎡; all but the half-year's absent took part.
WHOLE = {
    "total_area": 60000,
    "total_people": 620,
    "participated_area": "50,000.00",
    "participated_people": 500,
}
DISMISS = {
    "item": 4,
    "agree_area": 30000,
    "agree_people": 300,
    "against_area": 15000,
    "against_people": 150,
    "abstain_area": 5000,
    "abstain_people": 50,
}


@pytest.fixture
def judged(tmp_path):
    def run(data, encoding="utf-8"):
        path = tmp_path / "vote.json"
        path.write_bytes((data if isinstance(data, str) else json.dumps(data)).encode(encoding))
        out = StringIO()
        call_command("judge_result", str(path), stdout=out)
        return json.loads(out.getvalue())

    return run


@pytest.fixture
def item(judged):
    """The answer about one item, after changing the vote and the item by what is given."""

    def run(vote=None, **over):
        return judged({**WHOLE, **(vote or {}), "items": [{**DISMISS, **over}]})["items"][0]

    return run


def test_the_answer_has_exactly_this_shape(judged):
    answer = judged({**WHOLE, "items": [DISMISS, {**DISMISS, "item": 8}]})

    assert set(answer) == {"quorum", "items"}
    assert [set(each) for each in answer["items"]] == 2 * [
        {"outcome", "reasons", "inconsistencies"}
    ]
    assert answer["quorum"] is True
    assert [each["outcome"] for each in answer["items"]] == ["passed", "no_decision"]
    assert answer["items"][1]["reasons"][0] == (
        "同意 300 人，占参与表决 500 人的 60.00%，未达到四分之三。"
    )
    assert answer["items"][0]["inconsistencies"] == []


@pytest.mark.parametrize(
    "shape",
    [
        {"agree": {"area": 30000, "people": 300}},
        {"area": {"agree": "30,000 ㎡"}, "people": {"agree": "300人"}},
        {"area_agree": 30000.0, "agree_heads": "３００"},
    ],
)
def test_other_ways_to_write_the_same(judged, shape):
    rest = {name: value for name, value in DISMISS.items() if not name.startswith("agree")}

    answer = judged({**WHOLE, "items": [{**rest, **shape}]})

    assert answer["items"][0]["outcome"] == "passed"


@pytest.mark.parametrize(
    ("vote", "over", "outcome"),
    [
        ({"participated_people": 413}, {}, "no_quorum"),
        ({"participated_people": 414, "participated_area": 40000}, {}, "passed"),
        ({"participated_area": 39999.99}, {}, "no_quorum"),
        ({}, {"item": 7, "agree_people": 375, "agree_area": 37500}, "passed"),
        ({}, {"item": 7, "agree_people": 375, "agree_area": "37499.99"}, "no_decision"),
        ({}, {"agree_people": 250}, "no_decision"),
        ({}, {"against_people": 251, "against_area": 25000.01, "agree_people": 200}, "rejected"),
        # Known numbers that force an outcome, and those that do not.
        ({"total_area": None, "participated_area": None}, {}, "undetermined"),
        ({"total_area": None, "participated_people": 413}, {}, "no_quorum"),
        ({"participated_people": None, "participated_area": None}, {}, "passed"),
        ({"participated_people": None}, {"abstain_people": None}, "undetermined"),
        ({}, {"agree_people": None}, "passed"),  # what the others leave
        ({}, {"agree_people": None, "abstain_people": None}, "undetermined"),
        ({}, {"agree_area": 20000, "agree_people": None, "abstain_people": None}, "no_decision"),
        (
            {},
            {"agree_area": 20000, "against_area": 26000, "agree_people": 200}
            | {"against_people": None, "abstain_people": None},
            "undetermined",  # it failed, but perhaps it was rejected
        ),
        ({}, {"agree_area": 20000, "against_area": 24000, "against_people": None}, "no_decision"),
        ({}, {"against_area": None, "against_people": None, "abstain_area": None}, "passed"),
        ({}, {"item": None}, "undetermined"),  # passed as ordinary, not as special
        ({}, {"item": None, "agree_people": 400, "agree_area": 40000}, "passed"),
        ({"opened_on": "2020-12-31"}, {}, "undetermined"),
        ({"opened_on": "2021-01-01"}, {}, "passed"),
    ],
)
def test_outcomes(item, vote, over, outcome):
    answer = item(vote, **over)

    assert answer["outcome"] == outcome
    assert answer["reasons"]


def test_what_is_missing_is_named(item):
    answer = item({"total_area": None})

    assert answer["outcome"] == "undetermined"
    assert "缺少全体业主的专有面积。" in answer["reasons"]


def test_a_bound_that_is_enough_is_said(item):
    answer = item({"participated_area": None}, against_area=None)

    assert answer["outcome"] == "undetermined"
    answer = item({"participated_area": None}, against_area=None, agree_area=45000)
    assert answer["outcome"] == "passed"
    assert "同意至少 45000.00 ㎡，无论缺少的数字是多少，都超过半数。" in answer["reasons"]


@pytest.mark.parametrize(
    ("vote", "over", "words"),
    [
        (
            {"total_people": 1800, "participated_people": 1360},
            {"agree_people": 862, "against_people": 400, "abstain_people": 94},
            "合计 1356，比参与表决的 1360 少 4 人。",
        ),
        (
            {"total_people": 400, "participated_people": 344},
            {"agree_people": 200, "against_people": 40, "abstain_people": 9},
            "合计 249，比参与表决的 344 少 95 人。",
        ),
        ({}, {"abstain_people": 51}, "比参与表决的 500 多 1 人。"),
        ({"participated_people": 621}, {}, "参与表决的人数 621 人，比全体业主的 620 人 还多。"),
        ({}, {"agree_area": 50000.01}, "同意的专有面积 50000.01 ㎡，比参与表决的"),
        ({}, {"agree_people": 0}, "同意的人数是 0，面积却不是 0。"),
        ({}, {"agree_people": 500}, "同意的人数就是参与表决的全部，面积却不是。"),
        ({}, {"agree_people_percent": 60.1}, "公布为 60.1%，按 300/500 应为 60.00%"),
        ({}, {"agree_people_percent": "48.39%"}, "公布的是占全体业主的比例"),
        ({"participated_area_percent": 84}, {}, "公布为 84%，按 50000.00/60000.00 应为 83.33%"),
        ({}, {"majority": "四分之三以上"}, "要过半数，公布的却是四分之三以上。"),
        ({}, {"item": 8, "outcome": "passed"}, "公布的结论是“通过”，按这些数字应是“未形成决定”。"),
        ({}, {"unreturned_people": 100, "void_people": 19}, "相差 1 人。"),
    ],
)
def test_what_does_not_follow(item, vote, over, words):
    assert any(words in sentence for sentence in item(vote, **over)["inconsistencies"])


@pytest.mark.parametrize(
    ("vote", "over"),
    [
        ({"participated_area_percent": 83.3, "participated_people_percent": "80.64%"}, {}),
        ({"participated_people_percent": 80.65}, {"agree_area_percent": 60}),  # rounded up
        ({}, {"majority": "过半数", "outcome": "passed"}),
        ({}, {"unreturned_people": 100, "void_people": 20}),
        ({"participated_people": 520}, {"void_people": 20}),  # counted in by the bylaws
    ],
)
def test_what_follows_is_not_complained_of(item, vote, over):
    assert item(vote, **over)["inconsistencies"] == []


def test_another_denominator_that_would_turn_the_outcome_is_mentioned(item):
    answer = item(agree_people=245, against_people=200, abstain_people=4, void_people=51)

    assert answer["outcome"] == "no_decision"
    assert answer["reasons"][-1] == "如果参与表决只按三项之和计算，结论会是“通过”。"


def test_an_item_may_have_voters_of_its_own(judged):
    answer = judged({**WHOLE, "items": [DISMISS, {**DISMISS, "participated_people": 413}]})

    assert answer["quorum"] is True
    assert [each["outcome"] for each in answer["items"]] == ["passed", "no_quorum"]


def test_without_the_voters_the_items_say_who_took_part(judged):
    vote = {**WHOLE, "participated_area": None, "participated_people": None}

    assert judged({**vote, "items": [DISMISS]})["quorum"] is True
    assert judged({**vote, "items": []}) == {"quorum": None, "items": []}


def test_hundredths_are_not_lost(judged):
    text = """{"total_area": 0.3, "total_people": 3, "participated_area": 0.2,
              "participated_people": 2, "items": [{"item": 9, "agree_area": 0.1000000001,
              "agree_people": 2, "against_area": 0.0999999999, "against_people": 0,
              "abstain_area": 0, "abstain_people": 0}]}"""

    answer = judged(text, encoding="utf-8-sig")

    assert answer["items"][0]["outcome"] == "passed"
    assert "0.1000000001 ㎡" not in answer["items"][0]["reasons"][2]  # that one is of people
    assert "同意 0.1000000001 ㎡" in answer["items"][0]["reasons"][3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "不是 JSON"),
        ("", "不是 JSON"),
        ("[1]", "最外层"),
        ("{}", "缺少 items"),
        ('{"items": {}}', "缺少 items"),
        ('{"items": [3]}', "items\\[0\\]"),
        ('{"items": [{"item": 10}]}', "1 到 9"),
        ('{"items": [{"item": true}]}', "1 到 9"),
        ('{"items": [{"agree_area": -1}]}', "items\\[0\\].agree_area 不能是负数"),
        ('{"items": [{"agree_people": 1.5}]}', "要是整数"),
        ('{"items": [{"agree_area": "很多"}]}', "要是数字"),
        ('{"items": [{"agree_area": true}]}', "要是数字"),
        ('{"items": [{"agree_area": NaN}]}', "读不了"),
        ('{"items": [{"agree_area": 1e999999999}]}', "太大"),
        (f'{{"items": [{{"agree_area": {"9" * 5000}}}]}}', "读不了"),
        ("[" * 100_000, "读不了"),
        ('{"opened_on": "去年", "items": []}', "日期"),
        ("\ud800", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / "vote.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    out = StringIO()

    with pytest.raises(CommandError, match=words):
        call_command("judge_result", str(path), stdout=out)
    assert out.getvalue() == ""


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="读不到"):
        call_command("judge_result", str(tmp_path / "nothing.json"))
