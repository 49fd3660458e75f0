"""Many threads at one thing, each with a database connection that lasts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

TRIALS, THREADS = 200, 16


def together(deed, things, *, threads=THREADS):
    """For each thing, let every thread do `deed(number, thing)` at the same moment.

    Gives, for each thing, what each thread got: what the deed returned, or what it raised.
    """
    start = Barrier(threads, timeout=120)

    def attempt(number, thing):
        start.wait()
        try:
            return deed(number, thing)
        except Exception as error:
            return error

    def run(number):
        try:
            return [attempt(number, thing) for thing in things]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(zip(*pool.map(run, range(threads)), strict=True))


def kinds(got):
    """How often each kind of outcome came: a refusal by its class, all else by its own."""
    return Counter(type(one).__name__ for one in got)
