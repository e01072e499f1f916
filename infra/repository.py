"""Where things lie in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"
"""What synthesis makes and keeps; may be deleted at any time."""

FUNCTIONS = ROOT / "functions"
CORE_LAYER = ROOT / "layers" / "core"
VISION_LAYER = ROOT / "layers" / "vision"
TRAINING_DEFINITION = ROOT / "stepfunctions" / "train_model" / "definition.asl.json"
IMPORT_DEFINITION = ROOT / "stepfunctions" / "import_images" / "definition.asl.json"
