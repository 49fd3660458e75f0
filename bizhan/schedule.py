"""The one list of what happens by the clock. A tick only wakes a sweep; what is due stands in the tables."""

from datetime import datetime, timedelta

from celery.schedules import crontab, schedule
from django.conf import settings


class Every(schedule):
    """An interval that survives a clock set back: a last run in the future is not waited for."""

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        remaining = super().remaining_estimate(last_run_at)
        return timedelta(0) if remaining > self.run_every else remaining


def sweep(task: str, seconds: int = settings.SWEEP_EVERY_SECONDS) -> dict[str, object]:
    """A tick that nobody took in time is void, for the next one sweeps the same rows."""
    return {"task": task, "schedule": Every(seconds), "options": {"expires": seconds}}


# Somebody waits for what they asked for.
SOON = min(5, settings.SWEEP_EVERY_SECONDS)

SCHEDULE = {
    "sweep-clocks": sweep("complaints.tasks.sweep_clocks"),
    "sweep-votes": sweep("ownerscommittee.votes.tasks.sweep_votes"),
    "deliver-notices": sweep("compounds.notices.tasks.deliver_notices"),
    "send-pushes": sweep("compounds.webhooks.tasks.send_pushes"),
    "run-jobs": sweep("compounds.jobs.tasks.run_jobs", seconds=SOON),
    "publish-evidence": sweep("evidence.tasks.publish"),
    "send-evidence": sweep("evidence.tasks.send"),
    "reckon-clocks": sweep("complaints.tasks.reckon_clocks", seconds=600),
    "count-months": sweep("complaints.tasks.count_months", seconds=600),
    "propose-early": sweep("complaints.proposals.tasks.propose_early", seconds=3600),
    "warn-administrators": {
        "task": "compounds.notices.tasks.warn_administrators",
        "schedule": crontab(hour="9", minute="0"),
    },
    "drop-old-drafts": {
        "task": "complaints.tasks.drop_drafts",
        "schedule": crontab(hour="3", minute="15"),
    },
    "forget-reporters": {
        "task": "complaints.tasks.forget_reporters",
        "schedule": crontab(hour="3", minute="20"),
    },
    "remove-orphans": {
        "task": "compounds.files.tasks.remove_orphans",
        "schedule": crontab(hour="3", minute="30"),
    },
    "drop-expired-jobs": {
        "task": "compounds.jobs.tasks.drop_expired",
        "schedule": crontab(hour="3", minute="40"),
    },
    "forget-old-rows": {
        "task": "compounds.accounts.tasks.forget_old_rows",
        "schedule": crontab(hour="3", minute="45"),
    },
}
