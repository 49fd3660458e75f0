#!/usr/bin/env python
"""Django's command line, with the embedded database and broker running while it works."""

import os
import sys

from django.core.management import execute_from_command_line

from bizhan.embedded import servers

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bizhan.settings")
    with servers():
        execute_from_command_line(sys.argv)
