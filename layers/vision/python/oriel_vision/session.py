"""Opens networks in ONNX Runtime."""

import onnxruntime as ort

_ERRORS_ONLY = 3


def open_session(model: bytes, threads: int) -> ort.InferenceSession:
    """Load a network on the CPU, each of its operators running in `threads` threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Idle threads that spin would eat the CPU share of a small function.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
