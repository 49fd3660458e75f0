from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from compounds.models import Person


class PhoneBackend(BaseBackend):
    """Sign-in by phone and password. The phone comes as its keyed hash and is never stored."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **unused: Any,
    ) -> Person | None:
        if username is None or password is None:
            return None
        person = Person.objects.filter(phone_key=username).first()
        if person is None:
            Person().set_password(password)  # as long as a wrong password takes
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        """Asked at each request, so that a closed account is out at once."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
