"""Mistakes that rules make: each is Python, has one difference, and says which."""

from __future__ import annotations

import pytest

from suite.authoring.verify.mistakes import make_mistakes, make_training_mistakes, names_reached

KERAS = """
def build_net():
    return keras.Sequential([
        keras.Input((4,)),
        {layer},
        layers.Dropout(0.5),
    ])
"""
FUNCTION = """
def f(x):
    {statement}
    return x
"""
TORCH = """class Net(nn.Module):
    def __init__(self):
        self.a = nn.Linear(4, 3)
        self.b = nn.GRU(3, 5, batch_first=True)
"""
STEPS = """x = norm(x)
    x = torch.relu(x[:, -1])
    x = x.sum(dim=1, keepdim=True)"""
RULES = {
    "left out, other size, no bias": (
        KERAS.format(layer="layers.Dense(10)"),
        {"layers.Dense(10) → ∅", "10 → 11", "layers.Dense(10) → layers.Dense(10, use_bias=False)"},
    ),
    "options": (
        KERAS.format(layer="layers.Bidirectional(layers.GRU(units=5, return_sequences=True))"),
        {"units=5 → units=6", "return_sequences=True → return_sequences=False"},
    ),
    "activation and padding": (
        KERAS.format(layer="layers.Conv2D(8, 3, padding='same', activation='relu')"),
        {"8 → 9", "padding='same' → padding=\"valid\"", "activation='relu' → activation=\"tanh\""},
    ),
    "pooling": (KERAS.format(layer="layers.MaxPooling2D(2)"), {"layers.MaxPooling2D → layers.AveragePooling2D"}),
    "a layer that is added": (
        "def build_net():\n    model = S()\n    model.add(Input(3))\n    model.add(LSTM(7))\n    return model\n",
        {"model.add(LSTM(7)) → ∅", "7 → 8"},
    ),
    "torch": (
        TORCH,
        {"3 → 4", "nn.Linear(4, 3) → nn.Linear(4, 3, bias=False)", "5 → 6", "batch_first=True → batch_first=False"},
    ),
    "a step left out, a mask's axis, the last step": (
        FUNCTION.format(statement=STEPS),
        {
            "x = norm(x) → ∅",
            "torch.relu(x[:, -1]) → x[:, -1]",
            "-1 → 0",
            "dim=1 → dim=0",
            "keepdim=True → keepdim=False",
        },
    ),
    "arithmetic": (
        FUNCTION.format(statement="x = -x + 1 if x > 2 else x"),
        {"-x → x", "-x + 1 → -x - 1", "> 2 → >= 2"},
    ),
    "a value": ("size = 3\nshare = size / 4\n", {"size = 3 → size = 4", "share = size / 4 → share = size * 4"}),
    "nothing": ("import a\nb = a.c\n", set()),
}


@pytest.mark.parametrize(("source", "expected"), RULES.values(), ids=RULES)
def test_rules(source: str, expected: set[str]) -> None:
    found = make_mistakes(source, 99)
    seen = {mistake.name.partition(": ")[2] for mistake in found}
    assert expected <= seen
    assert not any("Dropout" in name or "Input" in name.partition("→")[0] for name in seen)
    assert len({mistake.source for mistake in found}) == len(found)
    for mistake in found:
        compile(mistake.source, "mistake", "exec")


def test_two_places_of_one_line_that_look_alike_are_one() -> None:
    """Cases are told apart by their names."""
    names = [
        mistake.name for mistake in make_mistakes(FUNCTION.format(statement="x = g(x, axis=1) * g(x, axis=1)"), 99)
    ]
    assert len(set(names)) == len(names)


def test_kinds_take_turns() -> None:
    source = KERAS.format(layer="layers.Dense(1), layers.Dense(2), layers.Dense(3)")
    assert len({mistake.kind for mistake in make_mistakes(source, 3)}) == 3


def test_names_reached() -> None:
    source = "A = 1\ndef g():\n    return A\nclass C:\n    b = g\ndef f():\n    return C()\nother = 2\n"
    reached = names_reached(source, "f")
    assert {"f", "C", "g", "A"} <= reached
    assert "other" not in reached


TRAINED = """model = Net()
optimizer = Adam(model.parameters(), lr=0.005)
best = GridSearchCV(SVC(), grid).fit(x, y)
for rows in batches:
    loss(model(rows)).backward()
    optimizer.step()
scaler.fit(x)
"""


def test_mistakes_of_training() -> None:
    """Nothing is trained, though every line still runs; and rates are too small to learn with."""
    untrained, slow = make_training_mistakes(TRAINED)
    assert (untrained.kind, untrained.name) == ("not trained", "fit(…) → ∅, step(…) → ∅")
    assert "best = GridSearchCV(SVC(), grid)\n" in untrained.source
    assert ".step()" not in untrained.source
    assert "scaler.fit" not in untrained.source
    assert slow.name == "lr=0.005 → 5e-09"
    assert slow.source == TRAINED.replace("0.005", "5.000000e-09")


def test_what_trains_nothing_has_no_such_mistake() -> None:
    assert make_training_mistakes("x = fit(3)\nstep = 2\n") == []


CALLED = """def build_net(x):
    x = layers.SpatialDropout2D(0.2)(x)
    x = layers.Dropout(0.4)(x)
    x = self.dropout1(x, training=True)
    x = layers.ReLU()(x)
    return nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))(x)
"""


def test_leaving_out_dropout_is_no_mistake() -> None:
    """However it is written, as a model is compared without it; a layer that a call makes and another calls is none."""
    left_out = [mistake.name for mistake in make_mistakes(CALLED, 24) if mistake.kind == "left out"]
    assert left_out == ["build_net, 5: x = layers.ReLU()(x) → ∅"]
