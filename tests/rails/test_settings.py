"""Settings that keep strangers out and data in one place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.settings.environment import database_from_url

ROOT = Path(__file__).resolve().parents[2]


def test_a_database_url_chooses_the_database(tmp_path: Path) -> None:
    chosen = database_from_url("postgres://me:p%40ss@db.example:5433/market", default=tmp_path)

    assert chosen["ENGINE"] == "django.db.backends.postgresql"
    assert (chosen["USER"], chosen["PASSWORD"]) == ("me", "p@ss")
    assert (chosen["HOST"], chosen["PORT"], chosen["NAME"]) == ("db.example", "5433", "market")


def test_no_database_url_means_one_sqlite_file(tmp_path: Path) -> None:
    chosen = database_from_url("", default=tmp_path / "here" / "market.sqlite3")

    assert chosen["NAME"] == str(tmp_path / "here" / "market.sqlite3")
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_scheme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        database_from_url("mysql://x", default=tmp_path)


def test_production_refuses_to_start_without_a_secret() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "DJANGO_SECRET_KEY" in done.stderr


def test_nothing_tracked_names_an_index_or_this_machine() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert "://" not in lock
    assert "index-url" not in lock
    assert "find-links" not in lock
    assert "--hash=sha256:" in lock
