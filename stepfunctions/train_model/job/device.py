"""What the machine has, and how to use it."""

import os
from contextlib import AbstractContextManager, nullcontext

import processes
import torch


def choose_device() -> torch.device:
    """CUDA where there is some, to each process its own."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    device = torch.device("cuda", processes.number_here())
    torch.cuda.set_device(device)
    return device


def precision(device: torch.device) -> AbstractContextManager[None]:
    """Mixed precision on CUDA, plain float32 elsewhere."""
    if device.type != "cuda":
        return nullcontext()
    return torch.autocast("cuda", dtype=_half())


def loss_scaler(device: torch.device) -> "torch.amp.GradScaler":
    """Scale losses where half precision would lose small gradients; a no-op elsewhere."""
    needed = device.type == "cuda" and _half() is torch.float16
    return torch.amp.GradScaler(device.type, enabled=needed)


def wait_for(device: torch.device) -> None:
    """Wait until all that was queued is done, to measure time."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _half() -> torch.dtype:
    """Return bfloat16 where the chip computes in it, from Ampere on."""
    ampere = 8
    major, _ = torch.cuda.get_device_capability()
    return torch.bfloat16 if major >= ampere else torch.float16
