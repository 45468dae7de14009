"""Weights that were trained elsewhere are laid into models without running anything of their files."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suite.inside.frameworks.keras.weight_files import KerasWeightFiles
from suite.inside.frameworks.sklearn.plain import NoWeightFiles
from suite.inside.frameworks.torch.weight_files import TorchWeightFiles
from suite.inside.frameworks.weight_files import UnfitFileError, kind_of

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # those of Keras itself
h5py = pytest.importorskip("h5py")
keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")
Write = Callable[[Path, Any], None]


def _net(units: int = 5) -> Any:
    return torch.nn.Sequential(torch.nn.Linear(3, units), torch.nn.BatchNorm1d(units), torch.nn.Linear(units, 2))


def _dense(units: int = 5) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units), layers.Dropout(0.5), layers.Dense(2)])
    model.compile(optimizer="adam", loss="mse")
    return model


def _checkpoint(path: Path, model: Any) -> None:
    optimizer = torch.optim.Adam(model.parameters())
    torch.save({"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)


TORCH: dict[str, Write] = {
    "saved": lambda path, model: torch.save(model.state_dict(), path),
    "in the old form": lambda path, model: torch.save(model.state_dict(), path, _use_new_zipfile_serialization=False),
    "safetensors": lambda path, model: safetensors.save_file(model.state_dict(), path),
    "a checkpoint": _checkpoint,
    "of several devices": lambda path, model: torch.save(torch.nn.DataParallel(model).state_dict(), path),
}


@pytest.mark.parametrize("write", TORCH.values(), ids=TORCH)
def test_a_state_dict_is_laid_in(tmp_path: Path, write: Write) -> None:
    """Whatever its form, and whatever the file is called."""
    trained, model = _net(), _net()
    write(tmp_path / "weights.bin", trained)
    TorchWeightFiles().lay(model, tmp_path / "weights.bin")
    for name, value in trained.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name


def test_a_tensor_with_two_names_may_have_one_in_the_file(tmp_path: Path) -> None:
    """As safetensors stores each tensor once."""

    def build() -> Any:
        model = torch.nn.ModuleDict({"first": torch.nn.Linear(3, 3), "second": torch.nn.Linear(3, 3)})
        model["second"].weight = model["first"].weight
        return model

    trained, model = build(), build()
    safetensors.save_model(trained, tmp_path / "tied.safetensors")
    TorchWeightFiles().lay(model, tmp_path / "tied.safetensors")
    assert torch.equal(model["second"].weight, trained["first"].weight)
    assert model["second"].weight is model["first"].weight


def _fitted(path: Path, model: Any) -> None:
    model.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
    model.save_weights(path)


def _uncompiled(path: Path, model: Any) -> None:
    plain = keras.Sequential([keras.Input((3,)), *model.layers])
    plain.save_weights(path)


KERAS: dict[str, tuple[str, Write]] = {
    "weights": ("w.weights.h5", lambda path, model: model.save_weights(path)),
    "after fit": ("w.weights.h5", _fitted),
    "without optimizer": ("w.weights.h5", _uncompiled),
    "whole": ("w.keras", lambda path, model: model.save(path)),
    "old": ("w.h5", lambda path, model: model.save(path)),
}


@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize(("name", "write"), KERAS.values(), ids=KERAS)
def test_weights_of_keras_are_laid_in(tmp_path: Path, name: str, write: Write, *, fitted: bool) -> None:
    """Of a model that was trained or not, into one whose notebook has taken a step or not."""
    trained, model = _dense(), _dense()
    if fitted:
        model.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
    write(tmp_path / name, trained)
    (tmp_path / name).rename(tmp_path / "theirs")
    KerasWeightFiles().lay(model, tmp_path / "theirs")
    for own, value in zip(model.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(own, value)


class _Trap:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def _pickle(path: Path, trap: Path) -> None:
    path.write_bytes(pickle.dumps(_Trap(trap)))


def _pickle_in_torch(path: Path, trap: Path) -> None:
    torch.save({"weight": torch.zeros(2), "trap": _Trap(trap)}, path)


def _swollen(path: Path, _trap: Path) -> None:
    """A state_dict whose zip is compressed a thousand times."""
    plain = path.with_suffix(".plain")
    torch.save({"0.weight": torch.zeros(1_000_000)}, plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in given.namelist():
            packed.writestr(name, given.read(name))


def _endless_header(path: Path, _trap: Path) -> None:
    path.write_bytes((1 << 62).to_bytes(8, "little") + b"{}")


def _beyond_its_end(path: Path, _trap: Path) -> None:
    header = b'{"0.weight":{"dtype":"F32","shape":[5,3],"data_offsets":[0,60000000000]}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 60)


HOSTILE_TORCH: dict[str, tuple[Write, str]] = {
    "a pickle": (_pickle, "code"),
    "a pickle among tensors": (_pickle_in_torch, "code"),
    "a whole model": (lambda path, _: torch.save(_net(), path), "code"),
    "a compressed zip": (_swollen, "size"),
    "a header without end": (_endless_header, "kind"),
    "an HDF5 file": (lambda path, _: h5py.File(path, "w").close(), "kind"),
    "a picture": (lambda path, _: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 99), "kind"),
    "nothing": (lambda path, _: path.touch(), "kind"),
    "another model": (lambda path, _: torch.save(_net(7).state_dict(), path), "shapes"),
    "a list": (lambda path, _: torch.save([torch.zeros(2)], path), "kind"),
    "a table without end": (lambda path, _: torch.save({"0.weight": torch.zeros(1).expand(10**12)}, path), "shapes"),
}


@pytest.mark.parametrize(("write", "why"), HOSTILE_TORCH.values(), ids=HOSTILE_TORCH)
def test_other_files_are_refused_by_pytorch(tmp_path: Path, write: Write, why: str) -> None:
    """None is run, and the model keeps its weights."""
    model, trap = _net(), tmp_path / "trap"
    before = model[0].weight.clone()
    write(tmp_path / "file", trap)
    with pytest.raises(UnfitFileError) as refused:
        TorchWeightFiles().lay(model, tmp_path / "file")
    assert refused.value.why == why
    assert not trap.exists()
    assert torch.equal(model[0].weight, before)


def test_what_is_wanted_and_what_is_there_is_named(tmp_path: Path) -> None:
    """Tensors that fit aren't."""
    torch.save(_net(7).state_dict(), tmp_path / "other.pt")
    with pytest.raises(UnfitFileError) as refused:
        TorchWeightFiles().lay(_net(), tmp_path / "other.pt")
    assert "0.weight (5, 3)" in refused.value.wanted
    assert "0.weight (7, 3)" in refused.value.seen
    assert not any(name.startswith("2.bias") for name in refused.value.wanted)
    _dense(7).save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(UnfitFileError) as refused:
        KerasWeightFiles().lay(_dense(), tmp_path / "other.weights.h5")
    assert refused.value.wanted == ("(3, 5)", "(5)", "(5, 2)")
    assert {"(3, 7)", "(7)", "(7, 2)"} <= set(refused.value.seen)


def _changed(change: Callable[[Any], None]) -> Write:
    """A file of weights of the right model in which something is changed."""

    def write(path: Path, _trap: Path) -> None:
        named = path.with_name("w.weights.h5")
        _dense().save_weights(named)
        with h5py.File(named, "a") as file:
            change(file)
        named.rename(path)

    return write


def _link_outside(file: Any) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def _link_within(file: Any) -> None:
    file["layers/dense/vars/9"] = h5py.SoftLink("/layers")


def _stored_outside(file: Any) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (3, 5), "f4", external=[("/etc/passwd", 0, 60)])


def _huge(file: Any) -> None:
    values = file["layers/dense/vars/0"][()]
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (10**7, 10**7), "f4", chunks=(1000, 1000))
    file["elsewhere"] = values


def _strings(file: Any) -> None:
    file.create_dataset("more", (3,), "S1000000")


def _many(file: Any) -> None:
    for number in range(21_000):
        file.create_group(f"more/{number}")


def _endless(file: Any) -> None:
    file["layers/dense/again"] = file["layers"]


def _lambda(path: Path, _trap: Path) -> None:
    """A whole model with code in its configuration, of other shapes."""
    named = path.with_name("w.keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x), keras.layers.Dense(9)])
    model.save(named)
    named.rename(path)


def _swollen_keras(path: Path, _trap: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("model.weights.h5", b"\0" * 50_000_000)


HOSTILE_KERAS: dict[str, tuple[Write, str]] = {
    "a link to another file": (_changed(_link_outside), "links"),
    "a link within": (_changed(_link_within), "links"),
    "stored in another file": (_changed(_stored_outside), "links"),
    "a huge table": (_changed(_huge), "size"),
    "long strings": (_changed(_strings), "code"),
    "many groups": (_changed(_many), "size"),
    "groups without end": (_changed(_endless), "size"),
    "a compressed zip": (_swollen_keras, "size"),
    "code in a configuration": (_lambda, "shapes"),
    "a pickle": (_pickle, "kind"),
    "a state_dict": (lambda path, _: torch.save(_net().state_dict(), path), "kind"),
    "nothing": (lambda path, _: path.touch(), "kind"),
}


SLOW = {"groups without end", "many groups"}


@pytest.mark.parametrize(
    ("write", "why"),
    [
        pytest.param(*case, id=name, marks=[pytest.mark.nightly] if name in SLOW else [])
        for name, case in HOSTILE_KERAS.items()
    ],
)
def test_other_files_are_refused_by_keras(tmp_path: Path, write: Write, why: str) -> None:
    """None is run or read at length."""
    write(tmp_path / "file", tmp_path / "trap")
    with pytest.raises(UnfitFileError) as refused:
        KerasWeightFiles().lay(_dense(), tmp_path / "file")
    assert refused.value.why == why
    assert not (tmp_path / "trap").exists()


def test_a_configuration_with_code_is_left_alone(tmp_path: Path) -> None:
    """Of a `.keras` file only the numbers are read, so that even one with code in it serves."""
    trap = str(tmp_path / "trap")

    def build(function: Any) -> Any:
        return keras.Sequential([keras.Input((3,)), keras.layers.Lambda(function), keras.layers.Dense(2)])

    trained, model = build(lambda x: (__import__("os").mkdir(trap), x)[1]), build(lambda x: x)
    trained.save(tmp_path / "w.keras")
    Path(trap).rmdir()
    KerasWeightFiles().lay(model, tmp_path / "w.keras")
    np.testing.assert_array_equal(model.get_weights()[0], trained.get_weights()[0])
    assert not Path(trap).exists()


def test_a_safetensors_file_that_lies_is_refused(tmp_path: Path) -> None:
    """The library itself checks its offsets."""
    _beyond_its_end(tmp_path / "file", tmp_path)
    with pytest.raises(Exception, match=r"(?i)safetensor|header|offset|invalid"):
        TorchWeightFiles().lay(_net(), tmp_path / "file")


def test_estimators_take_no_files(tmp_path: Path) -> None:
    """They would have to be unpickled."""
    with pytest.raises(UnfitFileError) as refused:
        NoWeightFiles().lay(object(), tmp_path / "model.pkl")
    assert refused.value.why == "kind"


def test_the_content_says_what_a_file_is(tmp_path: Path) -> None:
    """Not its name."""
    _dense().save(tmp_path / "w.keras")
    (tmp_path / "w.keras").rename(tmp_path / "w.pt")
    assert kind_of(tmp_path / "w.pt") == "keras"
