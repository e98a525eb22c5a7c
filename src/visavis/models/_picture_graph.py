"""Other people's ONNX graphs: one batch of pictures in, numbers out, and nothing taken on trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.models._session import OpenSession, Session

__all__ = ["PictureGraph"]


@dataclass(frozen=True, slots=True)
class PictureGraph:
    """A graph with one input: float32 pictures [n, 3, height, width].

    Attributes:
        file: the name of its file, for messages.
        session: runs it.
        input_name: of its input.
        batch: 1, or None where a run takes any number of pictures.
        height: of the pictures in pixels, or None where any will do.
        width: the same.
    """

    file: str
    session: Session
    input_name: str
    batch: int | None
    height: int | None
    width: int | None

    @classmethod
    def of(cls, session: OpenSession, *, file: str) -> Self:
        """Looks at what the graph wants to be fed with.

        Raises:
            ModelCorrupt: something else than pictures, or several at a time only.
        """
        inputs = session.get_inputs()
        if len(inputs) != 1:
            raise ModelCorrupt(f"{file} has {len(inputs)} inputs, not one for pictures")
        (found,) = inputs
        shape = tuple(length if isinstance(length, int) else None for length in found.shape)
        match shape:
            case (None | 1 as batch, None | 3, height, width) if found.type == "tensor(float)":
                return cls(file, session, found.name, batch, height, width)
        given = " x ".join(str(length or "any") for length in shape)
        raise ModelCorrupt(
            f"{file} takes {found.type} {given}, not tensor(float) 1 or any x 3 x height x width"
        )

    def run(
        self, pictures: NDArray[np.float32], *, outputs: Sequence[str] | None = None
    ) -> list[NDArray[np.float32]]:
        """Runs the graph once.

        Args:
            pictures: float32 [n, 3, height, width].
            outputs: names of the outputs wanted, in the order wanted; all by default.

        Returns:
            Finite float32 of any shape.

        Raises:
            ModelCorrupt: the graph fails, lacks an output, or gives something else.
        """
        try:
            answers = self.session.run(outputs, {self.input_name: pictures})
        except Exception as error:  # onnxruntime raises half a dozen pybind classes of its own
            shape = " x ".join(str(length) for length in pictures.shape)
            wanted = f" for {', '.join(outputs)}" if outputs else ""
            raise ModelCorrupt(f"{self.file} cannot be run on {shape}{wanted}") from error
        for answer in answers:
            # Outputs that are no tensors arrive as lists or dictionaries.
            if getattr(answer, "dtype", None) != np.float32:
                raise ModelCorrupt(f"{self.file} gives something else than float32 tensors")
            if not np.isfinite(answer).all():
                raise ModelCorrupt(f"{self.file} gives NaN or infinity")
        return answers
