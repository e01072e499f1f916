"""Dropout that does not depend on how many processes share a batch."""

import processes
import torch
from torch import Tensor, nn


class SharedDropout(nn.Dropout):
    """Draws the mask of a whole batch and takes this process's rows of it.

    `batch_size` is the whole batch's; None where all processes have as many rows as this one.
    """

    batch_size: int | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, features] to the same, in training with some of them 0 and the others grown."""
        if not self.training or self.p == 0:
            return x
        rows = self.batch_size or len(x) * processes.count()
        whole = torch.rand(rows, *x.shape[1:], device=x.device)
        kept = processes.own_rows(whole) >= self.p
        return x * kept.to(x.dtype) / (1 - self.p)
