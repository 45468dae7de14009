"""An assignment's own data: tables `[data.NAME]`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from suite.assignments.settings import Count, Settings

FileFormat = Literal["csv", "npz", "parquet", "images", "text"]
TargetsAre = Literal["classes", "numbers"]
LARGEST_SHARE = 0.5  # of which every class keeps a row for training


class DataSettings(Settings):
    """Data of the assignment's own: where they lie, what is handed out of them and what is held back.

    A model is named after it by `dataset = "NAME"` in its table `[accuracy.models.ID]`. The files are read on the
    host, at loading; a file that needs pickle is refused. Under a budget that cuts rows the file that is handed out is
    written anew, with random rows in their order, classes in proportion.
    """

    file: str = Field(min_length=1, examples=["houses.csv"])
    """The file or, for images, the folder, relative to the assignment's folder and not in `student/`."""
    format: FileFormat | None = Field(default=None, json_schema_extra={"usually": "by the file's ending"})
    """`csv` with a header (also `.tsv`, and with semicolons); `npz` arrays of one length; `parquet`; `images`, a folder
    for each class; `text`, a line for each example, with its label and a tab before it."""
    target: tuple[str, ...] = Field(default=(), examples=["price"], json_schema_extra={"usually": "label, if there is"})
    """Column or columns with the right answers; of images and of text it is `label`."""
    inputs: tuple[str, ...] = Field(default=(), examples=[["rooms", "area"]], json_schema_extra={"usually": "the rest"})
    """Columns that a model takes, in its order; by default all others that hold numbers or, where there is one, the
    array or the text."""
    targets_are: TargetsAre | None = Field(default=None, json_schema_extra={"usually": "by the column"})
    """By default text, true or false, and whole numbers of up to 20 kinds are `classes`, everything else `numbers`.
    Classes are numbered in alphabetical order, or by size."""
    given_as: str = Field(default="", examples=["data/houses.csv"], json_schema_extra={"usually": "the file's name"})
    """Path at which notebooks find the rows that aren't held back, from the folder of the notebook."""
    held_out_share: Annotated[float, Field(ge=0, le=LARGEST_SHARE)] = 0.2
    """Share of the rows that is held back: drawn by `seed`, classes in proportion; 0 for none."""
    held_out_file: str = Field(default="", examples=["houses_held_out.csv"])
    """The rows that are held back, where they lie in a file or folder of their own, instead of a share."""
    seed: int = Field(default=0, ge=0)
    """Seed of what is drawn: the rows that are held back, and those that a budget leaves."""
    image_size: tuple[Count, Count] | None = Field(default=None, json_schema_extra={"usually": "that of the files"})
    """Height and width to which the host brings images, where they differ."""
    words: Count = 100
    """Of a text: the first words that count; shorter texts are padded with 0 behind."""
    vocabulary: Count = 20_000
    """Of texts: the number of most frequent words that are told apart, with 0 for padding and 1 for all others."""

    @field_validator("target", "inputs", mode="before")
    @classmethod
    def _as_list(cls, given: Any) -> Any:
        """One column by its name alone."""
        return (given,) if isinstance(given, str) else given

    @property
    def place(self) -> str:
        """Where notebooks find it."""
        return self.given_as or self.file.rstrip("/").rpartition("/")[2]
