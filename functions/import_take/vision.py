"""Looks at pictures with the vision layer, and keeps nothing of them."""

from oriel.domain.errors import InvalidPicture
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel_vision.decode import UndecodablePicture, decode


class PillowCheck:
    """Decodes pictures to see that it can be done."""

    def check(self, data: bytes) -> None:
        """Look at the whole picture; raises InvalidPicture with a reason for the uploader."""
        try:
            decode(data, max_pixels=MAX_PICTURE_PIXELS)
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason
