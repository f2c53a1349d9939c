"""gunicorn, from the environment: `gunicorn --config deploy/gunicorn.conf.py cms.wsgi`. See deploy/communique.env."""

import os
from pathlib import Path

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True  # processes share what was loaded: two take a third less memory
control_socket_disable = True
timeout = 60  # seconds: an upload of 100 MB over a slow line comes from the proxy at once
graceful_timeout = 30
# Who asks from elsewhere is told by X-Forwarded-For, which cms reads itself; gunicorn need not believe it.
forwarded_allow_ips = ""
# Off unless asked for (GUNICORN_CMD_ARGS="--access-logfile -"): LOG_REQUESTS says more, and no queries.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)s %(M)sms %({x-request-id}o)s"
errorlog = "-"

# Of these processes alone: a command that counted into the folder would never be taken out of it again.
_METRICS = os.environ.get("METRICS_FOLDER", "")
_EMPTIED = "COMMUNIQUE_METRICS_EMPTIED"  # a reload (HUP) reads this file again, and its processes go on counting
if _METRICS:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _METRICS
    Path(_METRICS).mkdir(parents=True, exist_ok=True)
    # What processes of before have counted would be added to what those of now count. Here, and not when gunicorn
    # starts: the site is loaded before that, and begins to count.
    if not os.environ.get(_EMPTIED):
        for old in Path(_METRICS).glob("*.db"):
            old.unlink()
        os.environ[_EMPTIED] = "yes"


def child_exit(server, worker):
    """A process that has ended has no memory and no age any more."""
    if _METRICS:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
