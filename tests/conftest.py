"""What every test may use: the reference data where it lies beside the project, and no way out of this machine."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A build says the same of the same code twice, and a slow machine is no finding: cases are drawn from a fixed seed,
# without a bound on the time of one. To search for new cases: `pytest --hypothesis-profile=search`.
_SLOW = [HealthCheck.too_slow]
settings.register_profile("build", derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("search", max_examples=1000, deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.load_profile("build")

REPOSITORY = Path(__file__).resolve().parent.parent


def _refuse_the_world(event: str, args: tuple[Any, ...]) -> None:
    """Connections lead to loopback or nowhere. An audit hook sees every way to connect, whatever library asks."""
    if event != "socket.connect" or not isinstance(args[1], tuple):
        return
    host = str(args[1][0])
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host in {"localhost", ""}
    if not inside:
        raise PermissionError(f"a test tried to connect to {host}")


sys.addaudithook(_refuse_the_world)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; tests that need it are skipped where it is absent."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference data is not beside this checkout")
    return folder
