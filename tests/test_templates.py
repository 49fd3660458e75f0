"""Every template compiles, also the one that no test happens to show."""

import pytest
from django.template.loader import get_template

from bizhan.engines import CHECKOUT

FOLDER = CHECKOUT / "templates"
NAMES = [str(path.relative_to(FOLDER)) for path in sorted(FOLDER.rglob("*.html"))]


@pytest.mark.parametrize("name", NAMES)
def test_the_template_compiles(name):
    assert get_template(name).template.nodelist
