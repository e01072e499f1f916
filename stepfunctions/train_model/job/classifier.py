"""The backbone with a last layer that answers, cut where fine-tuning begins."""

import torch
from dropout import SharedDropout
from network import Lite
from oriel_vision.units import Units
from timm_backbone import TimmBackbone
from torch import Tensor, nn


class Classifier(nn.Module):
    """Its first `frozen_blocks` blocks and the stem stay as they are.

    Where there are `units`, the whole answers in them, while `top` answers standardised values.
    """

    def __init__(
        self,
        backbone: Lite | TimmBackbone,
        outputs: int,
        frozen_blocks: int,
        units: Units | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.units = units
        self.backbone, self.frozen_blocks = backbone, frozen_blocks
        self.dropout = SharedDropout(dropout)
        self.answer = nn.Linear(backbone.dim, outputs)
        for part in (backbone.stem, *backbone.blocks[:frozen_blocks]):
            part.requires_grad_(requires_grad=False)

    def open_from(self, blocks: int) -> None:
        """Let only blocks from this number on learn; `trunk` still ends where it did."""
        for number, block in enumerate(self.backbone.blocks):
            block.requires_grad_(requires_grad=number >= max(blocks, self.frozen_blocks))

    def learners(self, blocks: int) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Return what learns: of blocks from this number on and all behind them, and of others."""
        early = {id(one) for one in self.backbone.blocks[:blocks].parameters()}
        early |= {id(one) for one in self.backbone.stem.parameters()}
        learning = [one for one in self.parameters() if one.requires_grad]
        late = [one for one in learning if id(one) not in early]
        return late, [one for one in learning if id(one) in early]

    @torch.no_grad()
    def trunk(self, pixels: Tensor) -> Tensor:
        """Run what is frozen on RGB uint8 [n, size, size, 3]."""
        return self.backbone.trunk(pixels, self.frozen_blocks)

    def embed(self, activations: Tensor) -> Tensor:
        """Map the trunk's activations to embeddings [n, backbone.dim]."""
        return self.backbone.top(activations, self.frozen_blocks)

    def top(self, activations: Tensor) -> Tensor:
        """Map the trunk's activations to logits, or standardised values: [n, outputs]."""
        answers: Tensor = self.answer(self.dropout(self.embed(activations)))
        return answers

    def forward(self, pixels: Tensor) -> Tensor:
        """Map RGB uint8 [n, size, size, 3] to logits, or to values in their units: [n, outputs]."""
        answers = self.top(self.trunk(pixels))
        return answers if self.units is None else answers * self.units.scale + self.units.offset
