"""Layers that say they are what they aren't: the host neither believes them nor comes to harm by building them.

The right outcome of each is that of its honest twin.
"""

from __future__ import annotations

from tests.hostile.forgeries.models import TABLES
from tests.hostile.forgeries.notebooks import KERAS, KERAS_LINEAR, KERAS_WRONG, RIGHT, TORCH, Forgery, forgery

CLAIM = """
import json
from suite.inside.worker import answers as answer
from suite.codec import Frame
def claim(kind, options):
    def recipes(entry, question):
        views = entry.framework.adapter.layers(entry.model)
        call = json.dumps({"args": [{"kind": "f", "shape": [3, 28, 28]}], "kwargs": {}})
        said = json.dumps({"class": kind, "options": options})
        return Frame(body={"parts": [{"layers": [v.name], "recipe": said, "arguments": call} for v in views]})
    answer.ABOUT_A_MODEL["recipes"] = recipes
"""
"""Makes every layer of every model say the same of itself."""
WRONG = "model = Net(nonlinearity='relu')\n"

FORGERIES: dict[str, Forgery] = {
    "subclass_of_a_layer_that_computes_otherwise": forgery(
        "last_layer",
        "fail",
        TORCH
        + """
class Rnn(nn.RNN):
    def forward(self, x):
        sizes = sum(p.mean() for p in self.parameters())
        return x[..., :1].expand(*x.shape[:2], self.hidden_size) * sizes
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (Rnn(n, 8, batch_first=True) for n in (28, 8, 8))
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        return self.fc(self.c(self.b(self.a(x)))[:, -1])
model = Net()
""",
    ),
    "tables_that_say_they_are_recurrent": forgery(
        "last_layer",
        "fail",
        TABLES
        + """
    def forward(self, x):
        steps = torch.arange(28).expand(len(x), 28) % 9
        parts = [table(steps) for table in self.tables]
        return sum(part.mean((1, 2)) for part in parts)[:, None] * torch.arange(1, 11) + x.mean((1, 2))[:, None]
model = Tables()
"""
        + CLAIM
        + "claim('RNN', {'input_size': 28, 'hidden_size': 8, 'batch_first': True})",
    ),
    "convolution_with_other_options": forgery(
        "last_layer",
        "fail",
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv1d(28, 8, 3, padding=1), nn.Linear(8, 10)
    def forward(self, x):
        return self.fc(self.conv(x)[:, :, -1])
model = Net()
model.conv.padding, model.conv.stride = (7,), (5,)
""",
    ),
    "a_million_units": forgery(
        "claimed",
        "fail",
        RIGHT + WRONG + CLAIM + "claim('Linear', {'in_features': 1_000_000, 'out_features': 1_000_000})",
    ),
    "as_large_as_may_be_said": forgery(
        "claimed",
        "fail",
        RIGHT + WRONG + CLAIM + "claim('Conv3d', dict(in_channels=1024, out_channels=1024, kernel_size=[1024] * 3))",
    ),
    "a_class_that_carries_code": forgery(
        "keras_linear",
        "fail",
        KERAS
        + KERAS_LINEAR
        + CLAIM
        + "claim('TimeDistributed', {'layer': {'class': 'Lambda', 'options': {'function': 'os.abort'}}})",
    ),
    "another_architecture": forgery(
        "keras_claimed",
        "fail",
        KERAS
        + KERAS_WRONG
        + "model.get_config = lambda get=model.get_config: eval(repr(get()).replace(\"'relu'\", \"'tanh'\"))",
    ),
    "an_architecture_that_carries_code": forgery(
        "keras_claimed",
        "fail",
        KERAS
        + KERAS_WRONG
        + """
import json
from suite.inside.worker import rebuilding
code = {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "os.abort"}, "registered_name": None}
said = {"class_name": "Sequential", "config": {"name": "model", "layers": [code]}}
rebuilding.architecture = lambda entry: json.dumps(said)
""",
    ),
    "options_that_are_no_options": forgery(
        "claimed",
        "fail",
        RIGHT + WRONG + CLAIM + "claim('Linear', {'in_features': [[[[[[[[]]]]]]]], '__class__': 1, 'x' * 999: 1e999})",
    ),
}
"""Name to forgery."""
