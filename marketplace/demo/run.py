"""`make run`: prepare the database once, then serve the market with one worker beside it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time

MANAGE = [sys.executable, "manage.py"]


def main() -> int:
    """Migrate, load the demo once, print the sign-ins, serve until interrupted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.dev")

    from marketplace.web.compile_messages import compile_all

    compile_all()
    for command in (["migrate", "-v0"], ["load_reference", "-v0"], ["load_demo"]):
        started = time.monotonic()
        subprocess.run([*MANAGE, *command], check=True)
        took = time.monotonic() - started
        if took > 5:
            sys.stdout.write(f"  {' '.join(command)}: {took:.0f} s\n")
    subprocess.run([*MANAGE, "demo_sign_ins"], check=True)
    sys.stdout.write(f"\n  http://{options.host}:{options.port}/\n\n")
    sys.stdout.flush()

    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "marketplace",
            "worker",
            "--beat",
            "--pool",
            "solo",
            "--loglevel",
            "WARNING",
        ]
    )
    server = subprocess.Popen(
        [*MANAGE, "runserver", f"{options.host}:{options.port}", "--noreload"]
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (server, worker):
            process.terminate()
        for process in (server, worker):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    raise SystemExit(main())
