"""The CDK command line for a real account: `poe cdk deploy --all`.

It is the pinned version that a local stack is deployed with, run by the Node.js of the project's
environment. Credentials, profile and region come from where the AWS tools look for them.
"""

import os
import sys
from pathlib import Path

from infra.local.failures import LocalFailure
from infra.local.tools.cdk import ensure_cdk, node
from infra.repository import ROOT


def main() -> None:
    """Become the CDK command line; the app's Python and Node.js are those that run this."""
    try:
        command = [str(part) for part in ensure_cdk()]
    except LocalFailure as failure:
        sys.exit(str(failure))
    os.chdir(ROOT)
    folders = (Path(sys.executable).parent, node().parent)
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    os.execve(command[0], [*command, *sys.argv[1:]], {**os.environ, "PATH": path})  # noqa: S606


if __name__ == "__main__":
    main()
