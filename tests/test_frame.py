"""The frame around every page: failure, health, the large type, forms that came back wrong."""

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from bizhan.samples import SampleForm


def refuse(execute, sql, params, many, context):
    raise OperationalError("the server is gone")


# A test without the fixture `db` may not touch the database: these pages ask it nothing.


@pytest.mark.parametrize("name", ["400", "500", "503"])
def test_a_page_of_failure_needs_no_context(name):
    page = render_to_string(f"{name}.html")

    assert "<h1>" in page
    assert "tel:12345" in page


def test_a_wrong_address_says_where_to_go(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "没有找到这一页" in response.text
    assert 'href="/"' in response.text


def test_the_first_visit_is_light(client):
    page = client.get("/").content
    linked = re.findall(rb'(?:src|href)="/?static/([^"]+)"', page)
    weight = sum(
        len(gzip.compress((Path(settings.BASE_DIR) / "static" / name.decode()).read_bytes()))
        for name in linked
    )

    assert len(linked) <= 3
    assert len(gzip.compress(page)) + weight <= 30 * 1024


def test_the_style_guide_names_and_reaches_its_parts_by_unique_ids(client):
    page = client.get(reverse("styleguide")).text
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    described = " ".join(re.findall(r'aria-describedby="([^"]+)"', page)).split()
    named = re.findall(r'\bfor="([^"]+)"', page) + re.findall(r'href="#([^"]+)"', page)

    assert {name: n for name, n in ids.items() if n > 1} == {}
    assert len(described) >= 6
    assert set(described + named) <= set(ids)


def test_an_error_is_said_first_in_the_title_on_top_and_at_the_field(rf):
    form = SampleForm({"agreed": "on", "place": "lift"})
    summary, field = (
        render_to_string(name, {"form": form, "button": "继续"})
        for name in ("_error_summary.html", "_form.html")
    )

    assert "<title>错误：" in render_to_string("base.html", {"form": form})
    assert '<a href="#id_what">请写几个字，说明发生了什么。</a>' in summary
    assert "autofocus" in summary
    assert field.count("请写几个字，说明发生了什么。") == 2
    assert 'aria-describedby="id_what_helptext id_what_error"' in field


def test_the_large_type_is_chosen_and_left_again(client):
    address = reverse("switch-view")

    response = client.post(address, {"view": "elder", "next": "/styleguide/?page=2"})

    assert response.url == "/styleguide/?page=2"
    assert 'data-view="elder"' in client.get("/").text
    client.post(address, {"view": "normal", "next": "/"})
    assert "data-view" not in client.get("/").text


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1", ""])
def test_the_switch_leads_to_no_other_site(client, elsewhere):
    assert client.post(reverse("switch-view"), {"view": "elder", "next": elsewhere}).url == "/"


def test_an_unknown_view_is_not_remembered(client):
    client.post(reverse("switch-view"), {"view": '"><b>', "next": "/"})

    assert "view" not in client.cookies
    assert client.get(reverse("switch-view")).status_code == 405


def test_health_is_what_the_database_says(client, db):
    address = reverse("healthz")

    well = client.get(address)
    with connection.execute_wrapper(refuse):
        ill = client.get(address)

    assert (well.status_code, well.text) == (200, "ok")
    assert (ill.status_code, ill.text) == (503, "database")
    assert "no-store" in well["Cache-Control"] and "no-store" in ill["Cache-Control"]


def test_without_a_database_a_page_says_so_kindly(db):
    visitor = Client(raise_request_exception=False)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32

    with connection.execute_wrapper(refuse):
        response = visitor.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "系统正在恢复" in response.text


def post_stale(**headers):
    typed = {"text": '电梯停了"><script>', "new_password": "secret words", "next": "/"}
    return Client(enforce_csrf_checks=True).post(reverse("switch-view"), typed, headers=headers)


def test_a_stale_form_keeps_what_was_typed():
    response = post_stale(origin="http://testserver")

    assert response.status_code == 403
    assert "再交一次" in response.text
    assert "电梯停了&quot;&gt;&lt;script&gt;" in response.text
    assert "secret words" not in response.text


def test_a_form_from_elsewhere_is_not_offered_again():
    response = post_stale(origin="https://example.com")

    assert response.status_code == 403
    assert "电梯停了" not in response.text
