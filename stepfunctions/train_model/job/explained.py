"""A classifier that also says where in a picture each of its answers comes from."""

import torch.nn.functional as F  # noqa: N812 - the name that torch's own code uses
from classifier import Classifier
from torch import Tensor, nn


class Explained(nn.Module):
    """Answers as the classifier does, and splits each answer up among the places of the picture.

    The last layer is linear in the mean of the feature map, so the split is exact: the evidence of
    all places and the answer to a picture without any adds up to the answer (Zhou et al. 2016,
    "Learning Deep Features for Discriminative Localization").
    """

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map RGB uint8 [n, size, size, 3] to answers [n, outputs] and evidence [n, outputs, h, w].

        Both are in the same unit: logits, or that of a regression's values.
        """
        classifier = self.classifier
        features = classifier.backbone.features(classifier.trunk(pixels), classifier.frozen_blocks)
        answers = classifier.answer(features.mean((2, 3)))
        evidence = F.conv2d(features, classifier.answer.weight[:, :, None, None])
        evidence = evidence / (features.shape[2] * features.shape[3])
        if classifier.units is None:
            return answers, evidence
        units = classifier.units
        return answers * units.scale + units.offset, evidence * units.scale
