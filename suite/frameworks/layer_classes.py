"""What the host knows of a framework's layer classes: which it lets be built, and what each kind is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerClasses:
    """The layer classes of a framework."""

    buildable: frozenset[str]
    """Classes that may be built with options of a submission's: they run no code and read no file."""
    assembling: frozenset[str] = frozenset()
    """Classes beside these by which a whole model is put together; without any no model is rebuilt."""
    random: frozenset[str]
    """Classes that act at random while a model trains."""
    families: Mapping[str, str]
    """Kinds by class, in Keras's words, where the class is called otherwise."""
    wrappers: Mapping[str, str] = field(default_factory=dict)
    """Classes that are of the kind of the layer inside them, with the name of the option that holds it."""
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By kind, what is an option in Keras and can't be chosen here."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Keras's names of options that are called otherwise."""
