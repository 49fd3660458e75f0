import re
import zlib
from base64 import a85decode

import pytest
from django.urls import reverse

from compounds.models import Entrance


def drawn(pdf):
    """The drawing commands of a PDF's pages."""
    streams = re.findall(rb"stream\r?\n(.*?)~>\r?\n?endstream", pdf, re.S)
    return b"".join(zlib.decompress(a85decode(stream)) for stream in streams)


def test_a_compound_has_a_page_for_each_entrance(client, cast):
    client.force_login(cast.secretary)

    response = client.get(reverse("compounds:posters-pdf", args=[cast.home.code]))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert (
        response.content.count(b"/Type /Page\n") == Entrance.objects.of_compound(cast.home).count()
    )


def test_a_poster_draws_its_code_and_writes_its_address_in_plain(client, cast, settings):
    settings.SITE_ADDRESS = "https://bizhan.example"
    entrance = Entrance.objects.of_compound(cast.home).first()
    client.force_login(cast.secretary)

    response = client.get(reverse("compounds:entrance-poster", args=[entrance.token]))

    drawing = drawn(response.content)
    assert f"(https://bizhan.example/r/{entrance.token}/)".encode() in drawing
    assert drawing.count(b" re f") > 200


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("resident", 404),
        ("stranger", 404),
        ("company_staff", 403),
        ("street_leader", 403),
        ("secretary", 200),
        ("community_staff", 200),
        ("administrator", 200),
    ],
)
def test_who_prints_posters(client, cast, who, status):
    entrance = Entrance.objects.of_compound(cast.home).first()
    client.force_login(getattr(cast, who))

    for name, arg in [
        ("posters", cast.home.code),
        ("posters-pdf", cast.home.code),
        ("entrance-poster", entrance.token),
    ]:
        assert client.get(reverse(f"compounds:{name}", args=[arg])).status_code == status
