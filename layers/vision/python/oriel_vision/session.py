"""Opens networks in ONNX Runtime."""

from pathlib import Path

import onnxruntime as ort

_ERRORS_ONLY = 3


def open_session(
    model: bytes,
    threads: int,
    *,
    finished: bool = False,
    fitted: bool = True,
    save_to: Path | None = None,
) -> ort.InferenceSession:
    """Load a network on the CPU, each of its operators running in `threads` threads.

    What is `finished` is not optimised any more; what is not `fitted` is not laid out for this
    processor's registers. With `save_to` the graph is written there as it will run.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Idle threads that spin would eat the CPU share of a small function.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    levels = ort.GraphOptimizationLevel
    if finished:
        options.graph_optimization_level = levels.ORT_DISABLE_ALL
    elif not fitted:
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED
    if save_to is not None:
        options.optimized_model_filepath = str(save_to)
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
