"""What a training ends with when it cannot succeed."""


class TrainingImpossible(Exception):
    """The message is one line for the person who started the training, and says what to do."""
