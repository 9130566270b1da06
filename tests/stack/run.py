"""``python -m tests.stack.run``: the whole system, for real, from the compose files; ends with pytest's closing line.

Exit status 0: all of it ran and held. 3: no engine can be started on this machine, and why stands on the last line.
Anything else: something did not hold. ``--check`` only says whether an engine can be started; ``--keep`` leaves
everything running; what follows goes to pytest.
"""

import os
import subprocess
import sys
import time

from tests.stack import engine, standins

CANNOT = 3


def main() -> int:
    """Prepare, run, clean up and give the exit status."""
    arguments = sys.argv[1:]
    reason = engine.obstacle()
    if reason:
        say(f"The stack test did not run: {reason}.")
        return CANNOT
    if "--check" in arguments:
        say("An engine can be started here.")
        return 0
    began = time.monotonic()
    engine.install()
    try:
        engine.start()
        standins.main()
        say(f"Engine and images are ready after {time.monotonic() - began:.0f} s.")
        wanted = [argument for argument in arguments if argument != "--keep"] or ["tests/stack"]
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", *wanted]
        environment = {**os.environ, "FLY_POTATO_LIVE_STACK": "1"}
        return subprocess.run(engine.inside(*command), cwd=standins.ROOT, env=environment, check=False).returncode
    finally:
        if "--keep" not in arguments:
            engine.stop()


def say(text: str) -> None:
    """Write a line at once, for what follows writes to the same place."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
