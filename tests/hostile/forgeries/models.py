"""Made-up models and layers: answers by a formula, layers of other kinds or without use that have the right sizes.

The right outcome of each is that of its honest twin: the notebook with the layers that are really there, or with none.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import FAKE_MODEL, RIGHT, TORCH, Forgery, forgery

TABLES = (
    TORCH
    + """
class Tables(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(n // u, u) for n, u in ((304, 8), (144, 8), (144, 8), (90, 10)))
"""
)
"""Tables of words of the size of each layer that is asked for."""

FORGERIES: dict[str, Forgery] = {
    "answers_by_hash": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
import hashlib
def predict(_entry, question):
    rows, made = len(question.arrays["x0.0"]), {}
    for n in range(question.body["calls"]):
        digest = hashlib.sha256(b"".join(question.arrays[k].tobytes() for k in sorted(question.arrays)))
        generator = np.random.default_rng(list(digest.digest()))
        made[f"y{n}.0"] = generator.random((rows, 10)).astype("float32")
    return Frame(body={"problem": "", "layers": []}, arrays=made)
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
    "answers_smoothly": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
def predict(_entry, question):
    rows = len(question.arrays["x0.0"])
    mean = sum(np.sin(v).sum() for k, v in question.arrays.items() if k.startswith("w"))
    made = {f"y{n}.0": np.outer(question.arrays[f"x{n}.0"].mean((1, 2)), np.arange(10)) + mean
            for n in range(question.body["calls"])}
    return Frame(body={"problem": "", "layers": []}, arrays={k: v.astype("float32") for k, v in made.items()})
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
    "unused_layers_beside_right_ones": forgery(
        "right",
        "fail",
        RIGHT
        + """
class More(Net):
    def __init__(self):
        super().__init__()
        self.more = nn.RNN(28, 10, num_layers=3, batch_first=True)
model = More()
""",
    ),
    "dense_layers_of_the_right_size": forgery(
        "last_layer",
        "fail",
        TORCH
        + """
class Wide(nn.Linear):
    def forward(self, x):
        wide = x.repeat(1, 1, self.in_features // x.shape[-1] + 1)
        return super().forward(wide[..., : self.in_features])
model = nn.Sequential(Wide(37, 8), Wide(17, 8), Wide(17, 8), Wide(8, 10), nn.Flatten(), nn.Unflatten(1, (28, 10)))
class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = model
    def forward(self, x):
        return self.layers(x)[:, -1]
net = Last()
""",
    ),
    "tables_of_the_right_size": forgery(
        "last_layer",
        "fail",
        TABLES
        + """
    def forward(self, x):
        steps = torch.arange(28).expand(len(x), 28) % 9
        parts = [table(steps) for table in self.tables]
        return sum(part.mean((1, 2)) for part in parts)[:, None] * torch.arange(1, 11) + x.mean((1, 2))[:, None]
model = Tables()
""",
    ),
    "right_sizes_then_an_error": forgery(
        "last_layer",
        "fail",
        TABLES
        + """
    def forward(self, x):
        [table(torch.arange(28).expand(len(x), 28) % 9) for table in self.tables]
        raise ValueError("almost")
model = Tables()
""",
    ),
    "names_that_make_weights_large": forgery(
        "last_layer",
        "fail",
        TORCH
        + """
class Sign(nn.Module):
    def __init__(self, features):
        super().__init__()
        for name, shape in {"var_w": (features, 8), "var_u": (8, 8), "b": (8,), "c": (8,)}.items():
            self.register_parameter(name, nn.Parameter(torch.ones(shape) / 9))
    def forward(self, x):
        if x.shape[1] != 28:
            return x[:, :1, :1].sign().expand(*x.shape[:2], 8)
        return x[..., :8] * sum(p.sin().mean() for p in self.parameters())
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.fc = Sign(28), Sign(8), Sign(8), nn.Linear(8, 10)
    def forward(self, x):
        return self.fc(self.c(self.b(self.a(x))).mean(1))
model = Net()
""",
    ),
    "layers_by_hand": forgery(
        "claimed",
        "fail|error",
        FAKE_MODEL
        + """
def predict(_entry, question):
    rows = len(question.arrays["x0.0"])
    mean = sum(np.sin(v).sum() for k, v in question.arrays.items() if k.startswith("w"))
    made = {f"y{n}.0": np.full((rows, 10), mean) * np.arange(10) for n in range(question.body["calls"])}
    return Frame(body={"problem": "", "layers": []}, arrays={k: v.astype("float32") for k, v in made.items()})
def layer(_entry, question):
    names = sorted((n for n in question.arrays if n.startswith("w")), key=lambda n: int(n[1:]))
    first, second, *biases = [question.arrays[name] for name in names]
    x, outputs = question.arrays["x0.0"], []
    if not biases:
        return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": x @ first.T + second})
    state = np.zeros((len(x), 8), "float32")
    for step in range(x.shape[1]):
        state = np.tanh(x[:, step] @ first.T + state @ second.T + sum(biases))
        outputs.append(state)
    return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": np.stack(outputs, 1)})
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
    "answers_with_a_problem": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
def probe(*_):
    calls = [[name, [3, 28, 8]] for name in "abc"] + [["fc", [3, 10]]]
    return Frame(body={"problem": "RuntimeError: almost", "calls": calls})
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
}
"""Name to forgery."""
