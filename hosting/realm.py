"""``python3 -m hosting.realm``: give a realm that an earlier release has made the log-in of this one.

Keycloak imports ``local/keycloak/import`` into a new realm alone. The flow of the log-in is made anew beside the one in
force and takes its place at the end, so that whoever signs in meanwhile notices nothing; people keep what they have.
From then on administrators need a second factor. It may be run again. Standard library alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from hosting.release import ROOT, compose, is_no_host

REALM = ROOT / "local/keycloak/import/fly-potato-realm.json"
FOR_ADMINISTRATORS = "CONDITIONAL"
"""What the second factor of administrators is on hosts, as compose.prod.yaml says to the import."""
SIGNED_IN = r"""
set -eu
# Nothing else can be written to here, and the session is not left behind.
cd /tmp
export HOME=/tmp
trap 'rm -f /tmp/kcadm.config' EXIT
kcadm() { /opt/keycloak/bin/kcadm.sh "$@" --config /tmp/kcadm.config; }
KC_CLI_PASSWORD=$(cat /run/secrets/KC_BOOTSTRAP_ADMIN_PASSWORD) kcadm config credentials \
    --server http://127.0.0.1:8080/sso --realm master --user "$(cat /run/secrets/KC_BOOTSTRAP_ADMIN_USERNAME)"
"""
"""The beginning of a script for the container of Keycloak: its first administrator signs in."""
_UNLESS_IN_FORCE = r"""
if [ "$(kcadm get realms/fly-potato --fields browserFlow --format csv --noquotes)" = {top} ]; then
    exit 0
fi
made=""
# What could not be brought to its end goes, outer flows with what they hold first, and the log-in in force stays.
trap 'code=$?; [ $code = 0 ] || for id in $made; do kcadm delete "authentication/flows/$id" -r fly-potato || true; done
    rm -f /tmp/kcadm.config; exit $code' EXIT
post() { kcadm create "authentication/$1" -r fly-potato -i -b "$2"; }
"""


def script(realm: Mapping[str, Any]) -> str:
    """Write what makes the realm's flows and puts its log-in in force, unless it is."""
    top = quote(str(realm["browserFlow"]))
    in_force = f"kcadm update realms/fly-potato -s browserFlow={top}"
    return "\n".join([SIGNED_IN, _UNLESS_IN_FORCE.replace("{top}", top), *_flows(realm), in_force, ""])


def _flows(realm: Mapping[str, Any]) -> Iterator[str]:
    """Make the flows, those that others hold first; the variable of a flow's number holds its id."""
    configurations = {each["alias"]: each for each in realm["authenticatorConfig"]}
    flows = list(reversed(realm["authenticationFlows"]))
    numbers = {flow["alias"]: number for number, flow in enumerate(flows)}
    for flow in flows:
        number = numbers[flow["alias"]]
        own = {key: value for key, value in flow.items() if key != "authenticationExecutions"}
        yield f'flow{number}=$(post flows {quote(json.dumps(own))}); made="$flow{number} $made"'
        for execution in flow["authenticationExecutions"]:
            yield from _execution(execution, number, numbers, configurations)


def _execution(
    execution: Mapping[str, Any], flow: int, numbers: Mapping[str, int], configurations: Mapping[str, Any]
) -> Iterator[str]:
    body = {
        key: value for key, value in execution.items() if key in ("authenticator", "authenticatorFlow", "requirement")
    }
    body["requirement"] = body["requirement"].replace("${SECOND_FACTOR}", FOR_ADMINISTRATORS)
    # Ids are known to the shell alone: the quotes are left for them and taken up again.
    text = quote(json.dumps({**body, "parentFlow": "PARENT", "flowId": "HELD"}))
    held = numbers.get(execution.get("flowAlias", ""))
    text = text.replace("PARENT", f"'$flow{flow}'")
    text = text.replace('"HELD"', "null" if held is None else f"\"'$flow{held}'\"")
    yield f"execution=$(post executions {text})"
    if named := execution.get("authenticatorConfig"):
        yield f'post "executions/$execution/config" {quote(json.dumps(configurations[named]))} >/dev/null'


def main() -> int:
    """Bring the flows to the running Keycloak; 1 where that failed, and then the log-in is what it was."""
    if is_no_host():
        return 1
    realm = json.loads(REALM.read_text(encoding="utf-8"))
    command = compose("exec", "-T", "keycloak", "bash", "-s")
    if subprocess.run(command, cwd=ROOT, input=script(realm), text=True, check=False).returncode:  # noqa: S603 - our own
        sys.stderr.write("Keycloak не принял новый вход, действует прежний. Руками — docs/admin-guide.ru.md, 3.2.4.\n")
        return 1
    sys.stdout.write("Вход — этого выпуска: у роли administrator второй фактор обязателен.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
