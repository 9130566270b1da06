"""``python -m fly_potato``: the same as the ``fly-potato`` command."""

from fly_potato.main import main

main()
