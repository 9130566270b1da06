"""Our configuration of nginx, laid out for the nginx of this machine."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.stack import hosts
from tests.stack.test_files import LOCAL, program

NGINX = LOCAL / "nginx"


def configured(variant: str, tmp_path: Path) -> Path:
    """Write a variant (``dev`` or ``prod``) with paths of its own; gives the folder that stands for /etc/nginx."""
    nginx = program("nginx")
    version = tuple(
        map(
            int,
            re.findall(r"\d+", subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr)[:3],
        )
    )
    root = tmp_path / "nginx"
    (root / "sites").mkdir(parents=True)
    shutil.copytree(NGINX / "snippets", root / "snippets")
    shutil.copy("/etc/nginx/mime.types", root)
    (root / "nginx.conf").write_text((NGINX / "nginx.conf").read_text())
    if variant == "dev":
        shutil.copy(NGINX / "dev.conf", root / "sites/dev.conf")
    else:
        hosts.certificate(root / "certs", days=2)
        shutil.copy(root / "certs/ca.pem", root / "certs/chain.pem")
        template = (NGINX / "prod.conf.template").read_text().replace("${KC_HOSTNAME}", hosts.DOMAIN)
        (root / "sites/prod.conf").write_text(template)
    for file in root.rglob("*.conf"):
        text = file.read_text().replace("/tmp/", f"{tmp_path}/").replace("/etc/nginx/", f"{root}/")
        # Names of containers mean nothing here; the log's is the one that is looked up before anything runs.
        text = text.replace("server=nginx_exporter:5531", "server=127.0.0.1:5531").replace(
            "/dev/std", f"{tmp_path}/std"
        )
        if version < (1, 25, 1):
            text = text.replace("    http2 on;\n", "")
        file.write_text(text)
    return root
