"""``python -m tests.datalens.record``: write down what a first push asks of an installation."""

import json

import datalens_sdk as sdk

from datalens.installation import Installation
from datalens.push import push
from datalens.workbook import DatabaseAddress
from tests.datalens.stub import ORGANIZATION, TOKEN, running
from tests.datalens.test_push import ADDRESS, RECORD


def main(address: DatabaseAddress = ADDRESS) -> None:
    """Push to a fresh stub and keep its calls, one a line."""
    with running() as stub:
        at = Installation(sdk.StaticYCIAMAuthProvider(org_id=ORGANIZATION, token=TOKEN), stub.url)
        push(at, "wb1", address, "an-invented-password")
        at.close()
    lines = [json.dumps(call, ensure_ascii=False) for call in stub.calls]
    RECORD.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
