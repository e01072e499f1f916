"""Where things lie: the repository, the tools it makes, and one stack's state."""

from dataclasses import dataclass
from pathlib import Path

from infra.repository import ROOT

TOOLS = ROOT / ".oriel" / "tools"
ASSEMBLIES = ROOT / ".oriel" / "assemblies"
DEFAULT_STATE = ROOT / ".oriel" / "state"
JOB_REQUIREMENTS = ROOT / "stepfunctions" / "train_model" / "job" / "requirements-local.txt"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """Everything one local stack keeps between its runs."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "StateFolder":
        """Make the folder, readable by its owner alone: it holds a token and pictures."""
        absolute = path.expanduser().resolve()
        absolute.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = cls(absolute)
        for folder in (state.logs, state.emulator, state.objects, state.jobs, state.temporary):
            folder.mkdir(parents=True, exist_ok=True)
        return state

    @property
    def logs(self) -> Path:
        """Logs of the emulator and of the last deployment."""
        return self.path / "logs"

    @property
    def emulator(self) -> Path:
        """The emulator's services, written when it stops."""
        return self.path / "emulator"

    @property
    def objects(self) -> Path:
        """Objects of the emulated S3."""
        return self.path / "objects"

    @property
    def jobs(self) -> Path:
        """Training jobs: their records, logs and working folders."""
        return self.path / "jobs"

    @property
    def temporary(self) -> Path:
        """Unpacked functions and layers; emptied at each start and stop."""
        return self.path / "tmp"

    @property
    def lock(self) -> Path:
        """Held by the process that runs the stack."""
        return self.path / "lock"

    @property
    def running(self) -> Path:
        """Says which process holds the lock, and where it answers."""
        return self.path / "running.json"

    @property
    def port(self) -> Path:
        """The port this state was made on: queue URLs in it carry the port."""
        return self.path / "port"

    @property
    def workspace(self) -> Path:
        """The first workspace and its token."""
        return self.path / "workspace.json"

    @property
    def outputs(self) -> Path:
        """Outputs of the last deployment."""
        return self.path / "outputs.json"
