"""How the web server runs, on one machine and in the container alike."""

from __future__ import annotations

import os
from pathlib import Path

wsgi_app = "sinosure.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # imported once, shared by the workers
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests, max_requests_jitter = 5000, 500
control_socket_disable = True  # it would stand in the home folder, shared by every clone
accesslog = "-"
access_log_format = '{"at": "%(t)s", "request": "%(r)s", "status": %(s)s, "bytes": "%(B)s", "microseconds": %(D)s}'
if Path("/dev/shm").is_dir():  # noqa: S108  memory, so that a slow disk never makes a worker look dead
    worker_tmp_dir = "/dev/shm"  # noqa: S108
