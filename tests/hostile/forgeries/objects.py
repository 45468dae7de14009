"""Objects that lie of themselves: equal to everything, of other shapes and counts, or made to act when loaded.

The right outcome of each is that of its honest twin: the notebook with the model that is really there.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import KERAS, LINEAR, RIGHT, TORCH, WIDE, Forgery, forgery

FORGERIES: dict[str, Forgery] = {
    "equal_to_everything": forgery(
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
    "lying_module": forgery(
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
    "lying_keras": forgery(
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
    "lying_tensor": forgery(
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
    "keras_payload": forgery(
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
}
"""Name to forgery."""
