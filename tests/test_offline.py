"""What the portal says about itself without a network: the worker, and what it keeps."""

from django.urls import reverse


def test_the_worker_is_a_script_at_the_root_and_asked_for_anew_each_time(client):
    answer = client.get("/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "static/bizhan.css" in answer.text
    assert "{%" not in answer.text


def test_the_page_in_place_of_others_is_nobody_s_and_costs_no_query(
    client, django_assert_num_queries, db
):
    with django_assert_num_queries(0):
        page = client.get(reverse("offline"))
    assert "没有网络" in page.text
    assert "退出" not in page.text


def test_the_desk_alone_brings_the_worker_and_its_line_is_hidden_until_it_is_a_copy(client, cast):
    client.force_login(cast.secretary)
    desk = client.get(reverse("complaints:desk")).text
    assert "desk.js" in desk
    assert "data-offline hidden" in desk  # the words by which the worker finds the line
    assert desk.count("data-offline") == 1
    assert "data-offline hidden" in client.get("/worker.js").text
    for name in ("home", "complaints:report", "complaints:track", "complaints:tickets"):
        assert "desk.js" not in client.get(reverse(name)).text
