"""The deploy hook of a renewed certificate, run whole with a docker that writes down what it is asked."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.stack import hosts
from tests.stack.test_files import ROOT

DOCKER = """#!/bin/sh
echo "$*" >> "$SAID"
"""


def test_a_renewed_certificate_is_laid_out_and_taken(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("hosting", "local"):
        shutil.copytree(ROOT / name, project / name, symlinks=True)
    shutil.copy(ROOT / ".env.example", project)
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SAID": str(tmp_path / "said")}

    def renew(**changed: str) -> list[str]:
        (tmp_path / "said").unlink(missing_ok=True)
        tls = tmp_path / f"tls-{len(changed)}"
        hosts.certificate(tls, days=90)
        hosts.write(project / ".env.prod", hosts.settings(tls, **changed))
        # certbot runs it from anywhere.
        subprocess.run([project / "local/renewed"], cwd="/", env=environment, check=True, capture_output=True)
        laid_out = (project / "data/prod/tls/fullchain.pem").read_text()
        assert laid_out == (tls / "fullchain.pem").read_text()
        return (tmp_path / "said").read_text().splitlines()

    of_nginx = ["exec fly-potato-nginx-1 nginx -t -q", "exec fly-potato-nginx-1 nginx -s reload"]
    assert renew() == of_nginx
    assert renew(DATALENS_ADDRESSES="198.51.100.7") == [*of_nginx, "exec fly-potato-postgres-1 sh -c pg_ctl reload -s"]
