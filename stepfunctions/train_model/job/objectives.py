"""Chooses the objective of a dataset."""

from collections import Counter

import numpy as np
from class_objective import ClassObjective
from dataset import TAGS, VALUE, Dataset
from errors import TrainingImpossible
from objective import Objective
from oriel_vision.training_features import UnusableTrainingSet
from oriel_vision.units import units_of
from tag_objective import TagObjective
from value_objective import ValueObjective


def objective_of(dataset: Dataset, label_smoothing: float = 0.0) -> Objective:
    """Return what to train for; raises TrainingImpossible for values that cannot be learned."""
    if dataset.task_type == TAGS:
        return TagObjective(len(dataset.labels))
    if dataset.task_type != VALUE:
        found = Counter(column for one in dataset.train for column in one.columns)
        counts = [found[column] for column in range(len(dataset.labels))]
        return ClassObjective(len(dataset.labels), label_smoothing, counts)
    values = np.array([one.value for one in (*dataset.train, *dataset.validation)], np.float64)
    try:
        return ValueObjective(units_of(values))
    except UnusableTrainingSet as reason:
        raise TrainingImpossible(f"These pictures cannot be learned from: {reason}") from reason
