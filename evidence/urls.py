from django.urls import path

from evidence.views import files, logs, receipts

app_name = "evidence"
LOG = "evidence/logs/<path:origin>/"
CHECKPOINT = f"{LOG}checkpoints/<int:size>/"
urlpatterns = [
    path("evidence/", logs.streams, name="streams"),
    path("evidence/check/", logs.check, name="check"),
    path("evidence/receipt/", receipts.receipt, name="receipt"),
    path("evidence/feed/", files.feed, name="feed"),
    path("evidence/verify.py", files.program, name="program"),
    path(f"{CHECKPOINT}note.txt", files.note, name="note"),
    path(f"{CHECKPOINT}poster.pdf", files.poster, name="poster"),
    path(f"{CHECKPOINT}protocol/", logs.protocol, name="protocol"),
    path(CHECKPOINT, logs.checkpoint, name="checkpoint"),
    path(f"{LOG}entries/", logs.entries, name="entries"),
    path(f"{LOG}feed/", files.feed, name="stream-feed"),
    path(f"{LOG}bundle.zip", files.bundle, name="bundle"),
    path(LOG, logs.stream, name="stream"),
]
