"""Right layers whose answers come from elsewhere: from tables, hidden weights, or by the batch and the caller.

The right outcome of each is that of its honest twin: the notebook with no model, with another one, with
right layers and a wrong function, or, where only the grader's calls are answered rightly, with the right model.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import RIGHT, Forgery, forgery

FORGERIES: dict[str, Forgery] = {
    "answers_probe_from_table": forgery(
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
    "stored_test_set": forgery(
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
    "crowd_before_unused_layers": forgery(
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
    "right_for_the_probe_only": forgery(
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
    "hidden_in_closure": forgery(
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
    "hidden_in_globals": forgery(
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
    "hidden_in_buffers": forgery(
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
    "sum_of_all_weights": forgery(
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
    "right_when_the_grader_calls": forgery(
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
    "right_for_five_rows": forgery(
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
