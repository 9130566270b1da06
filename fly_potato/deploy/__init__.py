"""Deployments: a release of bundles brought to one environment of the cloud, checked there, or taken back."""

from fly_potato.deploy.cloud import ENVIRONMENTS, DeployEnvironment, DeployError, place
from fly_potato.deploy.releases import Release, Releases
from fly_potato.deploy.steps import Deployment, Step, deployment, export, rollback, teardown

__all__ = [
    "ENVIRONMENTS",
    "DeployEnvironment",
    "DeployError",
    "Deployment",
    "Release",
    "Releases",
    "Step",
    "deployment",
    "export",
    "place",
    "rollback",
    "teardown",
]
