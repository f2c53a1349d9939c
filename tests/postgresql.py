"""The second pass of `make test`: the whole suite again on PostgreSQL, or a plain word that there is none."""

import os
import subprocess
import sys

import psycopg

URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/communique")
WITHOUT_A_DATABASE = ("tests/text", "tests/media")  # the same on any


def main() -> int:
    try:
        psycopg.connect(URL.rsplit("/", 1)[0] + "/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        if os.environ.get("CI"):
            print("PostgreSQL was not found, and in CI it must be there.")
            return 1
        print("PostgreSQL was not found: its pass was skipped (TEST_POSTGRES_URL names one).")
        return 0
    environment = {**os.environ, "TEST_DATABASE": "postgresql"}
    command = [sys.executable, "-m", "pytest", *(f"--ignore={folder}" for folder in WITHOUT_A_DATABASE), *sys.argv[1:]]
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main())
