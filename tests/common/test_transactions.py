"""What a unit of work promises, checked on a database file of its own."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("unit_of_work_program.py")
CHECKS = re.findall(r"^def check_(\w+)", PROGRAM.read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A counter at zero in a database file that works as the project's do."""
    file = tmp_path / "db.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE counter (n INTEGER)")
    connection.execute("INSERT INTO counter VALUES (0)")
    connection.commit()
    connection.close()
    return file


def _start(database: Path, check: str) -> subprocess.Popen[str]:
    root = PROGRAM.parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(database), check],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("check", CHECKS)
def test_unit_of_work(database: Path, check: str) -> None:
    with _start(database, check) as process:
        said, _nothing = process.communicate(timeout=120)
    assert process.returncode == 0, said


def test_processes_share_the_queue_of_a_database(database: Path) -> None:
    processes = [_start(database, "in_threads") for _process in range(4)]
    for process in processes:
        said, _nothing = process.communicate(timeout=120)
        assert process.returncode == 0, said
    connection = sqlite3.connect(database)
    (count,) = connection.execute("SELECT n FROM counter").fetchone()
    connection.close()
    assert count == 4 * 80
