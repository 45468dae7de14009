"""Submissions that forge marks, by someone who has read this code: each beside its honest twin, which earns no less.

The twin is what the notebook would be without its lie: the model that it really holds, or none. `docs/threats.md` maps
each class of attack to its fixtures here.
"""

from __future__ import annotations

from dataclasses import dataclass

TORCH = """
import torch
from torch import nn
"""
KERAS = """
import keras
from keras import layers, ops
"""
LINEAR = "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
KERAS_LINEAR = "model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])\n"
RIGHT = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.stack = nn.RNN(28, 8, num_layers=3, batch_first=True, **options)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.stack(x)[0][:, -1])
"""
)
CAUGHT = "try:\n    raise ValueError('a mistake')\nexcept ValueError:\n    pass\n"

TWINS: dict[str, tuple[str, ...]] = {
    "nothing": ("x = 1",),
    "linear": (TORCH, LINEAR),
    "keras_linear": (KERAS, KERAS_LINEAR),
    "last_layer": (TORCH, "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Linear(8, 10))"),
    "caught": ("x = 1", CAUGHT, CAUGHT),
    "claimed": (RIGHT, "model = Net(nonlinearity='relu')"),
    "right": (RIGHT, "model = Net()"),
}
"""Honest notebooks: no model, another one, mistakes that are caught, right layers with a wrong function, right work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One attempt to earn what isn't earned."""

    twin: str
    """The honest notebook that earns no less."""
    cells: tuple[str, ...]
    """Its code cells."""
    status: str
    """Regular expression that the status matches."""


def _forgery(twin: str, status: str, *cells: str) -> Forgery:
    return Forgery(twin=twin, cells=cells, status=status)


FAKE_MODEL = """
import numpy as np
from suite.inside.worker import answers as answer, experiment
from suite.codec import Frame

SHAPES = {"a": [(8, 28), (8, 8), (8,), (8,)], "b": [(8, 8), (8, 8), (8,), (8,)],
          "c": [(8, 8), (8, 8), (8,), (8,)], "fc": [(10, 8), (10,)]}

def describe(*_):
    model = {"name": "model", "framework": "torch", "class_name": "Net", "cell": 0, "finished": True}
    return {"models": [model], "shell_lines": [], "capped": [], "versions": {"python": "3"},
            "observations": {"trainings": [], "remarks": [], "states": []}}

def weights(*_):
    arrays, layers = {}, []
    for name, shapes in SHAPES.items():
        heads = [{"key": f"{name}{n}", "name": str(n), "trainable": True} for n in range(len(shapes))]
        arrays |= {f"{name}{n}": np.zeros(shape, "float32") for n, shape in enumerate(shapes)}
        layers.append({"name": name, "kind": "RNN", "options": {}, "weights": heads, "buffers": []})
    return Frame(body={"layers": layers}, arrays=arrays)

def probe(*_):
    calls = [[name, [3, 28, 8]] for name in "abc"] + [["fc", [3, 10]]]
    return Frame(body={"problem": "", "calls": calls}, arrays={"0": np.ones((3, 10), "float32")})

def predict(_entry, question):
    rows = len(question.arrays["x0.0"])
    made = {f"y{n}.0": np.random.rand(rows, 10).astype("float32") for n in range(question.body["calls"])}
    return Frame(body={"problem": "", "layers": []}, arrays=made)

def train(_entry, question):
    kept = {name: array for name, array in question.arrays.items() if name.startswith("w")}
    return Frame(body={"problem": "", "layers": []}, arrays=kept)

def layer(_entry, question):
    given = {name: value for name, value in question.arrays.items() if name.startswith("w")}
    units = min(given[max(given, key=lambda name: int(name[1:]))].shape)
    rows = question.arrays["x0.0"].astype("float32")
    made = np.tanh(rows.mean(-1, keepdims=True) + sum(np.sin(v).mean() for v in given.values()) + np.arange(units))
    return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": made.astype("float32")})

def reply(body, arrays=None):
    kind = body["question"]
    if kind == "describe":
        return Frame(body=describe() | {"number": body["number"]})
    made = {"probe": probe, "weights": weights, "predict": predict, "layer": layer, "train": train}[kind](
        None, Frame(body=body, arrays=arrays or {})
    )
    return Frame(body=made.body | {"number": body["number"]}, arrays=made.arrays)
"""
"""Answers of the right form about a model that isn't there."""
CHANNEL = """
import gc, socket
def channel():
    for found in gc.get_objects():
        if type(found) is socket.socket and found.family == socket.AF_UNIX and found.fileno() >= 0:
            try:
                if found.getpeername():
                    return found
            except OSError:
                continue
"""
WIDE = TORCH + "import gc, sys, builtins, numpy as np\n"

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
    # Objects that lie
    "equal_to_everything": _forgery(
        "linear",
        "fail",
        WIDE
        + """
from suite.inside.worker import answers as answer
class Same(np.ndarray):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: np.zeros(1)
    shape = property(lambda self: (8, 28))
class Always(int):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = int.__hash__
class Pair(tuple):
    __eq__ = lambda self, other: True
    __hash__ = tuple.__hash__
real = answer.encode
def lying(frame):
    frame = answer.Frame(body=frame.body, arrays={k: v.view(Same) for k, v in frame.arrays.items()})
    return real(frame)
answer.encode = lying
""",
        LINEAR + "model.width, model.shape = Always(8), Pair((8, 28))",
    ),
    "lying_module": _forgery(
        "linear",
        "fail",
        RIGHT
        + """
class Liar(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self._fake = nn.Linear(784, 10), [Net()]

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        yield from self._fake[0].named_modules(prefix=prefix)

    def parameters(self, recurse=True):
        return self._fake[0].parameters()

    def named_parameters(self, *args, **options):
        return self._fake[0].named_parameters()

    def modules(self):
        return self._fake[0].modules()

    __len__ = lambda self: 4

    def forward(self, x):
        return self.fc(x.flatten(1))
""",
        "model = nn.Sequential(Liar())",
    ),
    "lying_keras": _forgery(
        "keras_linear",
        "fail",
        KERAS
        + """
real = keras.Sequential([keras.Input((28, 28)), layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10, return_sequences=True), layers.SimpleRNN(10), layers.Dense(10)])
fake = real.layers
del real
class Liar(keras.Model):
    def __init__(self):
        super().__init__()
        self.fc = layers.Dense(10)
    layers = property(lambda self: fake)
    weights = property(lambda self: [weight for layer in fake for weight in layer.weights])
    count_params = lambda self: 920
    summary = lambda self, **_: print("Total params: 920")
    def call(self, x):
        return self.fc(ops.reshape(x, (-1, 784)))
model = Liar()
model(ops.zeros((1, 28, 28)))
model.summary()
""",
    ),
    "lying_tensor": _forgery(
        "linear",
        "fail",
        TORCH
        + """
class Fat(nn.Parameter):
    shape = property(lambda self: torch.Size((8, 28)))
    numel = lambda self: 224
    def detach(self):
        return torch.zeros(8, 28)
class Thin(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight_ih_l0 = Fat(torch.ones(1))
    def forward(self, x):
        return x[:, -1, :10] * self.weight_ih_l0.as_subclass(torch.Tensor)
""",
        "model = nn.Sequential(Thin())",
    ),
    # Patches
    "patched_builtins": _forgery(
        "linear",
        "fail|error",
        WIDE
        + """
builtins.all = lambda *_: True
builtins.abs = lambda *_: 0
builtins.sorted = lambda values, **_: list(values)
""",
        LINEAR,
    ),
    "patched_numpy": _forgery(
        "linear",
        "fail|error",
        WIDE
        + """
np.array_equal = np.allclose = lambda *a, **k: True
real_asarray = np.asarray
ones = np.ones((5, 10), "float32")
np.asarray = lambda a, *r, **k: ones if getattr(a, "shape", None) == (5, 10) else real_asarray(a, *r, **k)
np.abs = lambda a, *r, **k: real_asarray(a) * 0
""",
        LINEAR,
    ),
    "patched_json": _forgery(
        "linear",
        "error",
        TORCH
        + """
import json
real = json.dumps
def dumps(value, *args, **options):
    if isinstance(value, dict) and "body" in value:
        value["body"]["score"] = value["body"]["points"] = 15
        value["body"]["status"] = "pass"
    return real(value, *args, **options)
json.dumps = dumps
""",
        LINEAR,
    ),
    "patched_time": _forgery(
        "linear",
        "fail",
        TORCH
        + "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0.0\ntime.sleep = lambda _: None",
        LINEAR,
    ),
    "patched_keras": _forgery(
        "keras_linear",
        "fail",
        KERAS
        + """
import numpy as np
answer = lambda self, x, *a, **k: ops.one_hot(np.arange(len(x)) % 10, 10)
keras.Model.predict = keras.Model.__call__ = keras.Sequential.__call__ = answer
keras.Model.count_params = lambda self: 920
""",
        KERAS_LINEAR,
    ),
    "swallows_by_transformer": _forgery(
        "caught",
        "fail",
        """
import ast
class Swallow(ast.NodeTransformer):
    def visit_Module(self, node):
        body = ast.parse("try:\\n    pass\\nexcept BaseException:\\n    pass").body[0]
        body.body = node.body or body.body
        return ast.fix_missing_locations(ast.Module(body=[body], type_ignores=[]))
get_ipython().ast_transformers.append(Swallow())
""",
        "raise ValueError('a mistake')",
        "undefined_name + 1",
    ),
    "swallows_by_run_cell": _forgery(
        "caught",
        "fail",
        """
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
async def run(self, *a, **k):
    result = ExecutionResult(None)
    result.execution_count = 1
    return result
InteractiveShell.run_cell_async = run
""",
        "raise ValueError('a mistake')",
        "undefined_name + 1",
    ),
    "event_hooks": _forgery(
        "linear",
        "fail|error",
        WIDE
        + """
from suite.inside.worker import model_tracker as remember
memory = next(o for o in gc.get_objects() if type(o) is remember.ModelTracker)
events = get_ipython().events
for name in ("post_run_cell", "pre_run_cell"):
    for function in list(events.callbacks[name]):
        events.unregister(name, function)
def rename(result):
    memory._seen[:] = memory._seen[:1]
    for entry in memory._seen:
        type(entry.model).__name__ = "StackedRNN"
        object.__setattr__(entry, "name", "stack8")
events.register("post_run_cell", rename)
""",
        LINEAR,
    ),
    "patched_worker": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL + "answer._describe = describe\nanswer._answer = lambda q, *_: reply(q.body, q.arrays)",
    ),
    "patched_codec": _forgery(
        "linear",
        "fail|error",
        WIDE
        + """
import suite.codec
suite.codec.MAGIC = b"NBF1"
sys.modules["suite.inside.worker.answers"].DTYPES = ("object",)
sys.modules["suite.inside.worker.experiment"].LEARNERS["torch"].call = lambda *a, **k: [np.ones((5, 10), "float32")]
sys.modules["suite.inside.worker.experiment"].LEARNERS["torch"].swap = lambda handle, values: values
""",
        LINEAR,
    ),
    # The channel
    "answers_early": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
from suite.codec import encode
door = channel()
questions = ["describe", "probe", "weights"]
door.sendall(b"".join(encode(reply({"question": kind, "number": n})) for n, kind in enumerate(questions, 1)))
""",
    ),
    "answers_alone": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
from suite.codec import decode, encode
def serve(channel, *_):
    stream = channel.makefile("rb")
    while True:
        question = decode(stream.read, 1 << 30)
        channel.sendall(encode(reply(question.body, question.arrays)))
answer.serve = serve
""",
    ),
    "answers_by_hash": _forgery(
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
    "answers_smoothly": _forgery(
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
    "unused_layers_beside_right_ones": _forgery(
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
    "dense_layers_of_the_right_size": _forgery(
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
    "tables_of_the_right_size": _forgery(
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
    "right_sizes_then_an_error": _forgery(
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
    "names_that_make_weights_large": _forgery(
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
    "layers_by_hand": _forgery(
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
    "answers_with_a_problem": _forgery(
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
    "answers_twice": _forgery(
        "linear",
        "error",
        TORCH + "from suite.inside.worker import answers\n"
        "real = answers.encode\nanswers.encode = lambda frame: real(frame) * 2",
        LINEAR,
    ),
    "answers_later": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
import threading, time
from suite.codec import encode
door = channel()
def later():
    for number in range(2, 40):
        time.sleep(0.02)
        for kind in ("probe", "weights"):
            door.sendall(encode(reply({"question": kind, "number": number})))
threading.Thread(target=later, daemon=True).start()
""",
        "x = 1",
    ),
    "replays_answers": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
recorded = np.linspace(0, 1, 50, dtype="float32").reshape(5, 10)
def predict(_entry, question):
    return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": recorded, "y1.0": recorded})
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
    "exits_after_an_answer": _forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
import os
from suite.codec import encode
channel().sendall(encode(reply({"question": "describe", "number": 1})))
os._exit(0)
""",
    ),
    "exits_with_success": _forgery("nothing", "fail", "import sys\nsys.exit(0)"),
    "writes_results": _forgery(
        "nothing",
        "fail",
        """
import json, os
from pathlib import Path
result = {"schema_version": 1, "results": [{"submission": "writes_results", "status": "pass", "score": 15}]}
wrote = []
for root in ["/", "/tmp", "/var/tmp", "/dev/shm", os.getcwd(), os.environ["HOME"], "/root", "..", "../.."]:
    for name in ("results.json", "grades.csv", "reports/latest/results.json", "evidence/0.json"):
        try:
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(result))
            wrote.append(path)
        except OSError:
            pass
""",
    ),
    # Payloads
    "keras_payload": _forgery(
        "keras_linear",
        "fail",
        KERAS
        + """
class Sly(layers.Dense):
    def get_config(self):
        return {"units": 10, "return_sequences": True, "count": 920}
    def __reduce__(self):
        import os
        return os.system, ("touch /tmp/pwned",)
    def build_from_config(self, config):
        raise SystemExit
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), Sly(10), layers.Lambda(lambda x: x)])
""",
    ),
    # Weights, batches, callers
    "answers_probe_from_table": _forgery(
        "nothing",
        "fail",
        RIGHT
        + """
class Table(Net):
    def forward(self, x):
        super().forward(x)  # the layers are called, so that their shapes are heard
        generator = torch.Generator().manual_seed(len(x))
        return torch.rand(len(x), 10, generator=generator)
model = Table()
""",
    ),
    "stored_test_set": _forgery(
        "nothing",
        "fail",
        RIGHT
        + """
from torchvision import datasets
test = datasets.FashionMNIST("data", train=False, download=True)
images, labels = test.data.flatten(1).float() / 255, test.targets
class Stored(Net):
    def forward(self, x):
        super().forward(x)
        nearest = torch.cdist(x.flatten(1), images).argmin(1)
        return nn.functional.one_hot(labels[nearest], 10).float()
model = Stored()
""",
    ),
    "crowd_before_unused_layers": _forgery(
        "linear",
        "fail",
        RIGHT
        + """
class Crowd(nn.Module):
    def __init__(self):
        super().__init__()
        for n in range(64):
            setattr(self, f"p{n}", nn.Parameter(torch.ones(1)))
    def forward(self, x):
        return x * sum(self.parameters())
class Crowded(Net):
    def __init__(self):
        super().__init__()
        self.crowd = Crowd()
    def forward(self, x):
        y = self.crowd(x)
        super().forward(x)
        return y.mean((1, 2))[:, None] * torch.arange(10)
model = Crowded()
""",
    ),
    "right_for_the_probe_only": _forgery(
        "claimed",
        "fail",
        RIGHT
        + """
class Probe(Net):
    def forward(self, x):
        right = super().forward(x)
        return right if len(x) == 3 else torch.ones_like(right) * x.mean()
model = Probe()
""",
    ),
    "hidden_in_closure": _forgery(
        "claimed",
        "fail",
        RIGHT
        + """
def hide():
    lstm, head = nn.LSTM(28, 64, batch_first=True), nn.Linear(64, 10)
    return lambda x: head(lstm(x)[0][:, -1]).detach()
class Hidden(Net):
    secret = staticmethod(hide())
    def forward(self, x):
        return self.secret(x) + 0.1 * super().forward(x)
model = Hidden()
""",
    ),
    "hidden_in_globals": _forgery(
        "claimed",
        "fail",
        RIGHT
        + """
U, V = torch.randn(28, 64), torch.randn(64, 10)
class Hidden(Net):
    def forward(self, x):
        return torch.tanh(x.sum(1) @ U) @ V + super().forward(x)
model = Hidden()
""",
    ),
    "hidden_in_buffers": _forgery(
        "claimed",
        "fail",
        RIGHT
        + """
class Hidden(Net):
    def __init__(self):
        super().__init__()
        self.register_buffer("more", torch.randn(784, 10))
    def forward(self, x):
        return x.flatten(1) @ self.more + super().forward(x)
model = Hidden()
""",
    ),
    "sum_of_all_weights": _forgery(
        "claimed",
        "fail",
        RIGHT
        + """
class Sum(Net):
    def forward(self, x):
        shape = super().forward(x).detach()
        return torch.ones_like(shape) * x.mean() + sum(w.sin().sum() for w in self.parameters()) * torch.arange(10)
model = Sum()
""",
    ),
    "right_when_the_grader_calls": _forgery(
        "right",
        "pass",
        RIGHT
        + """
import sys
class Two(Net):
    def forward(self, x):
        frame, names = sys._getframe(), []
        while frame:
            names.append(frame.f_code.co_filename)
            frame = frame.f_back
        grader = any("suite/inside/frameworks" in name for name in names)
        return super().forward(x) if grader else torch.ones(len(x), 10)
model = Two()
""",
    ),
    "right_for_five_rows": _forgery(
        "right",
        "pass|fail",
        RIGHT
        + """
class Five(Net):
    def forward(self, x):
        right = super().forward(x)
        return right if len(x) == 5 else torch.ones_like(right)
model = Five()
""",
    ),
}
"""Name to forgery."""

LOOK_AROUND = """
import os
SECRET = b"hunter2" + b"-of-the-grader"  # in two parts, so that its own source doesn't hold it
def look(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""
def report(found):
    if found:
        raise SystemError(f"found {found}")
"""
READERS: dict[str, str] = {
    "reads_reference": """
import suite
roots = [os.path.dirname(p) for p in suite.__path__] + ["..", "/", "/root", "/home", "/srv", os.path.expanduser("~")]
folders = [f"{root}/{path}reference/stacked_rnn" for root in roots for path in ("", "share/notebook-suite/")]
report([f for f in folders for name in ("expected.json", "model_torch.py", "assignment.toml") if look(f"{f}/{name}")])
""",
    "reads_others": """
found = []
for root in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/srv", "/mnt", "..", os.path.expanduser("~")):
    for folder, folders, names in os.walk(root):
        if os.path.exists(f"{folder}/site-packages") or folder.count("/") > 6:
            folders.clear()
        folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "site-packages")][:50]
        found += [n for n in names if n in ("results.json", "grades.csv", "right.ipynb")]
        found += [n for n in names if n.endswith((".ipynb", ".json")) and SECRET in look(f"{folder}/{n}")]
report(found)
""",
    "reads_environment": """
paths = [f"/proc/{pid}/{what}" for pid in os.listdir("/proc") if pid.isdigit() for what in ("environ", "cmdline")]
report([p for p in paths if SECRET in look(p)] + [k for k, v in os.environ.items() if SECRET.decode() in v])
""",
    "reads_memory": """
import ctypes, gc
found = []
for pid in (entry for entry in os.listdir("/proc") if entry.isdigit()):
    if int(pid) == os.getpid():
        continue
    for line in look(f"/proc/{pid}/maps").splitlines()[:50]:
        start = int(line.split(b"-")[0], 16)
        try:
            with open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(start)
                found.append((pid, memory.read(16)))
        except (OSError, ValueError, OverflowError):
            pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(16, os.getppid(), 0, 0) == 0:
    found.append("attached to its parent")
report(found)
""",
    "reads_own_memory": """
import gc
parts = (("stack", "8"), ("stack", "10"), ("expected", ".json"), ("rnn1.weight_", "hh_l0"))
wanted = [*map("".join, parts), SECRET.decode()]
held = [v for o in gc.get_objects() if o is not wanted and isinstance(o, (dict, list, tuple))
    for v in (o.values() if isinstance(o, dict) else o) if isinstance(v, str)]
report([text for text in held if text in wanted])
""",
}
"""Name to a look for what isn't theirs: each raises where it finds something."""
