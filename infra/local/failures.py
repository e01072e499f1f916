"""What can go wrong on one machine, in words for the person in front of it.

LocalFailure
├── MissingTool      a program that the local stack needs is not there
├── NoSpace          the disk is full
├── NoNetwork        a package registry could not be reached
├── ToolFailed       a program ended with an error that is none of the above
├── PortTaken        something else listens on the port
├── AlreadyRunning   this state folder has a running stack
├── EmulatorDied     the emulator ended or never answered
└── DeploymentFailed `cdk deploy` ended with an error or took too long
"""


class LocalFailure(Exception):
    """The local stack cannot go on; the message says why and what to do."""

    exit_code = 2


class MissingTool(LocalFailure):
    """A program that the local stack needs is not there."""


class NoSpace(LocalFailure):
    """The disk is full."""


class NoNetwork(LocalFailure):
    """A package registry could not be reached."""


class ToolFailed(LocalFailure):
    """A program ended with an error."""


class PortTaken(LocalFailure):
    """Something else listens on the port."""


class AlreadyRunning(LocalFailure):
    """This state folder has a running stack."""

    exit_code = 1


class EmulatorDied(LocalFailure):
    """The emulator ended or never answered."""


class DeploymentFailed(LocalFailure):
    """`cdk deploy` ended with an error or took too long."""
