"""The page where anybody checks a published result, by its address alone."""

from django.urls import reverse

from ownerscommittee.votes.forms.check import MOST_ITEMS

URL = reverse("votes:check")
TYPED = {
    "total_people": "620 人",
    "total_area": "60,000.00",
    "participated_people": "500",
    "participated_area": "50000",
    "item-1": "4",
    "agree_people-1": "300",
    "agree_area-1": "30000",
    "against_people-1": "150",
    "against_area-1": "15000",
    "abstain_people-1": "50",
    "abstain_area-1": "5000",
    "count": "1",
}


def asked(client, **over):
    response = client.get(
        URL, {**TYPED, **{name.replace("_1", "-1"): v for name, v in over.items()}}
    )
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_page_asks(client):
    page = client.get(URL).content.decode()

    assert "议题 1" in page
    assert "核对结果" not in page


def test_the_answer_stands_above_what_was_typed(client):
    page = asked(client)

    assert 'badge--ok">通过' in page
    assert "同意 300 人，占参与表决 500 人的 60.00%，超过半数。" in page
    assert 'value="60,000.00"' in page
    assert "没有矛盾" in page


def test_what_does_not_add_up_is_said(client):
    page = asked(client, abstain_people_1="46", majority_1="special")

    assert "合计 496，比参与表决的 500 少 4 人。" in page
    assert "公布的却是四分之三以上" in page


def test_a_mistake_keeps_everything_and_says_where(client):
    page = asked(client, agree_people_1="很多", agree_area_1="-3")

    assert "<title>错误：" in page
    assert 'value="很多"' in page
    assert 'value="60,000.00"' in page
    assert '<a href="#id_agree_people-1">同意人数要是数字，例如 226421.09。</a>' in page
    assert '<a href="#id_agree_area-1">同意面积（㎡）不能是负数。</a>' in page
    assert "核对结果" not in page


def test_another_item_keeps_the_first(client):
    page = asked(client, more="1")

    assert "议题 2" in page
    assert 'name="count" value="2"' in page
    assert 'value="60,000.00"' in page
    second = {"count": "2", "item-2": "8", "agree_people-2": "300", "agree_area-2": "30000"}
    judged = asked(client, **second, **{"against_people-2": "200", "against_area-2": "20000"})
    assert 'badge--ok">通过' in judged
    assert 'badge--soon">未形成决定' in judged


def test_a_blank_item_is_passed_over(client):
    page = asked(client, count="3")

    assert page.count("badge--ok") == 2  # the quorum and the first item
    assert "填上同意、反对、弃权，才能看结论" in client.get(URL, {"count": "1"}).content.decode()


def test_a_strange_count_is_put_right(client):
    for count in ("0", "-1", "9999", "x", "٣٣٣٣٣"):
        page = client.get(URL, {"count": count}).content.decode()
        assert 1 <= page.count('name="item-') <= MOST_ITEMS
