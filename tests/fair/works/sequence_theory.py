"""Small LSTMs: the next symbol, the last output or all of them, bits compared, a tower, two directions."""

from __future__ import annotations

from tests.fair.works.work import KERAS, TORCH, Work, keras_works, replaced, torch_works

SYMBOL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 32, batch_first=True)
        self.fc = nn.Linear(32, 5)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.fc(out[:, -1])

model = Net()
"""
SYMBOL_TORCH = {
    "deque": SYMBOL.replace("model = Net()", "import collections\nmodels = collections.deque([Net()])"),
    "closure": SYMBOL.replace(
        "model = Net()", "def training():\n    net = Net()\n    return lambda x: net(x)\n\npredict = training()"
    ),
    "local_of_main": SYMBOL.replace("model = Net()", "def main():\n    net = Net()\n    print(net)\n\nmain()"),
    "class_attribute": SYMBOL.replace("model = Net()", "class Exercise:\n    net = Net()"),
    "scripted": SYMBOL + "model = torch.jit.script(model)\n",
    "traced": SYMBOL + "model = torch.jit.trace(model, torch.zeros(2, 3, 5))\n",
    "compiled": SYMBOL + "model = torch.compile(model)\n",
    "half": SYMBOL + "model = model.half()\n",
    "bfloat16": SYMBOL + "model.to(torch.bfloat16)\n",
    "float64": SYMBOL + "model.double()\n",
    "input_checked": SYMBOL.replace(
        "        out,", "        assert x.min() >= 0 and x.max() <= 1, 'one-hot symbols'\n        out,"
    ),
    "shape_checked": SYMBOL.replace(
        "        out,", "        batch, steps, symbols = x.shape\n        assert symbols == 5\n        out,"
    ),
    "log_softmax": SYMBOL.replace("return self.fc(out[:, -1])", "return F.log_softmax(self.fc(h[-1]), dim=1)"),
    "dictionary": SYMBOL.replace(
        "return self.fc(out[:, -1])",
        "logits = self.fc(h[-1])\n        return {'hidden': h, 'logits': logits, 'probabilities': logits.softmax(-1)}",
    ),
    "named_tuple": SYMBOL.replace(
        "class Net", "from collections import namedtuple\nAnswer = namedtuple('Answer', 'state logits')\n\nclass Net"
    ).replace("return self.fc(out[:, -1])", "return Answer(state=h, logits=self.fc(out[:, -1]))"),
    "dataclass": SYMBOL.replace(
        "class Net",
        "import dataclasses\n\n@dataclasses.dataclass\nclass Two:\n    logits: object\n    cell: object\n\nclass Net",
    ).replace("return self.fc(out[:, -1])", "return Two(self.fc(out[:, -1]), c)"),
    "state_required": SYMBOL.replace("forward(self, x)", "forward(self, x, state)").replace(
        "self.lstm(x)", "self.lstm(x, state)"
    )
    + "print(model(torch.zeros(4, 3, 5), (torch.zeros(1, 4, 32), torch.zeros(1, 4, 32))).shape)\n",
    "state_passed": SYMBOL.replace("forward(self, x)", "forward(self, x, h=None, c=None)")
    .replace("self.lstm(x)", "self.lstm(x, None if h is None else (h, c))")
    .replace("return self.fc(out[:, -1])", "return self.fc(out[:, -1]), h, c"),
    "steps_first": SYMBOL.replace(", batch_first=True", "").replace("out[:, -1]", "out[-1]")
    + "print(model(torch.zeros(3, 4, 5)).shape)  # steps, batch, symbols\n",
    "pruned_nothing": SYMBOL + "from torch.nn.utils import prune\nprune.identity(model.fc, 'weight')\n",
    "gates_by_hand": """
class LSTM(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.empty(4 * units, inputs).uniform_(-0.2, 0.2))
        self.weight_hh = nn.Parameter(torch.empty(4 * units, units).uniform_(-0.2, 0.2))
        self.bias = nn.Parameter(torch.zeros(4 * units))
        self.units = units

    def forward(self, x):
        h = x.new_zeros(x.size(0), self.units)
        c = torch.zeros_like(h)
        for t in range(x.size(1)):
            i, f, g, o = (F.linear(x[:, t], self.weight_ih, self.bias) + F.linear(h, self.weight_hh)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h

model = nn.Sequential(LSTM(5, 32), nn.Linear(32, 5), nn.LogSoftmax(dim=-1))
""",
    "matrix_for_each_gate": """
class LSTM(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.Wf, self.Uf = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)
        self.Wi, self.Ui = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)
        self.Wo, self.Uo = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)
        self.Wc, self.Uc = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)

    def forward(self, x):
        h = c = torch.zeros(x.size(0), 32)
        for t in range(x.size(1)):
            f = torch.sigmoid(self.Wf(x[:, t]) + self.Uf(h))
            i = torch.sigmoid(self.Wi(x[:, t]) + self.Ui(h))
            o = torch.sigmoid(self.Wo(x[:, t]) + self.Uo(h))
            c = f * c + i * torch.tanh(self.Wc(x[:, t]) + self.Uc(h))
            h = o * torch.tanh(c)
        return h

model = nn.Sequential(LSTM(5, 32), nn.Linear(32, 5), nn.Softmax(dim=1))
""",
    "concatenated_input": """
class Cell(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.gates = nn.Linear(inputs + units, 4 * units)

    def forward(self, x, h, c):
        f, i, g, o = self.gates(torch.cat([h, x], dim=1)).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = Cell(5, 32)
        self.out = nn.Linear(32, 5)

    def forward(self, x):
        h = c = torch.zeros(len(x), 32)
        for step in x.unbind(1):
            h, c = self.cell(step, h, c)
        return self.out(h)

model = Net()
""",
}
LAST = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 64, batch_first=True)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return h[0]

model = Net()
"""
LAST_TORCH = {
    "subclass_of_lstm": """
class Net(nn.LSTM):
    def forward(self, x):
        return super().forward(x)[0][:, -1, :]

model = Net(2, 64, batch_first=True)
""",
    "packed": LAST.replace(
        "self.lstm(x)",
        "self.lstm(nn.utils.rnn.pack_padded_sequence(x, [x.size(1)] * x.size(0), batch_first=True))",
    ),
    "packed_unsorted": LAST.replace(
        "self.lstm(x)",
        "self.lstm(nn.utils.rnn.pack_sequence(list(x), enforce_sorted=False))",
    ),
    "einsum": """
class Net(nn.Module):
    def __init__(self, inputs=2, units=64):
        super().__init__()
        self.b = nn.Parameter(torch.zeros(4, units))
        self.U = nn.Parameter(torch.randn(4, units, units) / 8)
        self.W = nn.Parameter(torch.randn(4, inputs, units))

    def forward(self, x):
        h = c = torch.zeros(x.shape[0], 64)
        for t in range(x.shape[1]):
            z = torch.einsum("bi,gij->gbj", x[:, t], self.W) + torch.einsum("bi,gij->gbj", h, self.U)
            i, f, g, o = z + self.b[:, None]
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h

model = Net()
""",
    "state_of_zeros": LAST.replace(
        "self.lstm(x)", "self.lstm(x, (torch.zeros(1, len(x), 64), torch.zeros(1, len(x), 64)))"
    ),
}
ALL_TORCH = {
    "bare_layer": "model = nn.LSTM(input_size=2, hidden_size=64, batch_first=True)\n",
    "bare_layer_steps_first": "model = nn.LSTM(2, 64)\nout, (h, c) = model(torch.zeros(100, 1, 2))\n",
    "cell_in_a_loop": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(2, 64)

    def forward(self, x):
        h, c = torch.zeros(len(x), 64), torch.zeros(len(x), 64)
        steps = []
        for t in range(x.shape[1]):
            h, c = self.cell(x[:, t], (h, c))
            steps.append(h)
        return torch.stack(steps, dim=1)

model = Net()
""",
    "filled_tensor": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(2, 64)

    def forward(self, x):
        answer = torch.zeros(x.size(0), x.size(1), 64)
        state = None
        for t in range(x.size(1)):
            state = self.cell(x[:, t], state)
            answer[:, t] = state[0]
        return answer

model = Net()
""",
}
BITS = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 64, batch_first=True)
        self.fc = nn.Linear(64, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return torch.sigmoid(self.fc(out))

model = Net()
"""
BITS_TORCH = {
    "logits": BITS.replace("torch.sigmoid(self.fc(out))", "self.fc(out)"),
    "flattened_steps": BITS.replace(
        "torch.sigmoid(self.fc(out))",
        "self.fc(out.contiguous().view(-1, 64)).view(x.size(0), x.size(1), 1).sigmoid()",
    ),
    "loop_over_steps": BITS.replace(
        "torch.sigmoid(self.fc(out))",
        "torch.stack([torch.sigmoid(self.fc(out[:, t])) for t in range(x.shape[1])], dim=1)",
    ),
    "bits_checked": BITS.replace("        out,", "        assert (x >= 0).all() and (x <= 1).all()\n        out,"),
    "probabilities_and_logits": BITS.replace(
        "return torch.sigmoid(self.fc(out))", "logits = self.fc(out)\n        return torch.sigmoid(logits), logits"
    ),
    "logits_and_probabilities": BITS.replace(
        "return torch.sigmoid(self.fc(out))", "logits = self.fc(out)\n        return logits, torch.sigmoid(logits)"
    ),
    "half": BITS + "model.half()\n",
}
TOWER = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = ((2, 16), (16, 16), (16, 16), (16, 10))
        self.layers = nn.ModuleList([nn.LSTM(a, b, batch_first=True) for a, b in sizes])
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        for layer in self.layers:
            x, (h, c) = layer(x)
        return self.fc(h[-1])

model = Net()
"""
TOWER_TORCH = {
    "list_of_layers": TOWER,
    "made_backwards": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(10, 10)
        self.lstm4 = nn.LSTM(16, 10, batch_first=True)
        self.lstm3 = nn.LSTM(16, 16, batch_first=True)
        self.lstm2 = nn.LSTM(16, 16, batch_first=True)
        self.lstm1 = nn.LSTM(2, 16, batch_first=True)

    def forward(self, x):
        x = self.lstm1(x)[0]
        x = self.lstm2(x)[0]
        x = self.lstm3(x)[0]
        return self.out(self.lstm4(x)[0][:, -1])

model = Net()
""",
    "cells_step_by_step": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleDict({
            "a": nn.LSTMCell(2, 16), "b": nn.LSTMCell(16, 16), "c": nn.LSTMCell(16, 16), "d": nn.LSTMCell(16, 10),
        })
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        states = {name: None for name in self.cells}
        for t in range(x.size(1)):
            value = x[:, t]
            for name, cell in self.cells.items():
                states[name] = cell(value, states[name])
                value = states[name][0]
        return F.softmax(self.fc(value), dim=-1)

model = Net()
""",
    "projected_names": TOWER.replace("nn.ModuleList([", "nn.Sequential(*[").replace("self.layers", "self.torre"),
    "float64": TOWER + "model = model.to(torch.float64)\n",
}
BOTH = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 16, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.fc(torch.cat([h[-2], h[-1]], dim=1))

model = Net()
"""
BOTH_TORCH = {
    "last_and_first_step": BOTH.replace("[h[-2], h[-1]]", "[out[:, -1, :16], out[:, 0, 16:]]"),
    "state_reshaped": BOTH.replace("torch.cat([h[-2], h[-1]], dim=1)", "h.transpose(0, 1).reshape(len(x), 32)"),
    "cells_both_ways": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backward_cell = nn.LSTMCell(2, 16)
        self.forward_cell = nn.LSTMCell(2, 16)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        ahead = back = None
        for t in range(x.size(1)):
            ahead = self.forward_cell(x[:, t], ahead)
            back = self.backward_cell(x[:, -1 - t], back)
        return self.fc(torch.cat([ahead[0], back[0]], dim=-1))

model = Net()
""",
    "dictionary_of_two": BOTH.replace(
        "return self.fc(torch.cat([h[-2], h[-1]], dim=1))",
        "logits = self.fc(torch.cat([h[0], h[1]], dim=1))\n        return {'p': logits.softmax(1), 'logits': logits}",
    ),
}
KERAS_LSTM = """
class Gates(layers.Layer):
    def __init__(self, units, whole=False, **names):
        super().__init__(**names)
        self.units, self.whole = units, whole

    def build(self, shape):
        self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="bias")
        self.recurrent = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="recurrent")
        self.kernel = self.add_weight(shape=(shape[-1], 4 * self.units), initializer="glorot_uniform", name="kernel")

    def call(self, x):
        h = c = ops.zeros((ops.shape(x)[0], self.units))
        steps = []
        for t in range(x.shape[1]):
            z = ops.matmul(x[:, t], self.kernel) + ops.matmul(h, self.recurrent) + self.bias
            i, f, g, o = ops.split(z, 4, axis=-1)
            c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
            h = ops.sigmoid(o) * ops.tanh(c)
            steps.append(h)
        return ops.stack(steps, axis=1) if self.whole else h
"""
SYMBOL_KERAS = {
    "own_layer": KERAS_LSTM
    + "\nmodel = keras.Sequential([keras.Input((3, 5)), Gates(32), layers.Dense(5, activation='softmax')])\n",
    "two_answers": """
x = keras.Input((3, 5), name="symbols")
logits = layers.Dense(5)(layers.LSTM(32)(x))
model = keras.Model(x, [logits, layers.Softmax()(logits)])
""",
    "dictionary": """
x = keras.Input((3, 5))
seq, h, c = layers.LSTM(32, return_sequences=True, return_state=True)(x)
model = keras.Model(x, {"state": h, "symbol": layers.Dense(5, activation="softmax")(h)})
""",
    "subclass": """
class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.classify = layers.Dense(5)
        self.read = layers.LSTM(32, name="lector")

    def call(self, x, training=None, mask=None):
        return ops.softmax(self.classify(self.read(x)), axis=-1)

model = Net(name="simbolos")
model.build((None, 3, 5))
""",
    "trained": """
model = keras.Sequential([layers.LSTM(32), layers.Dense(5, activation="softmax")])
model.compile("rmsprop", "categorical_crossentropy")
X = np.eye(5)[[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0]]]
model.fit(X, np.eye(5)[[3, 4, 0, 1]], epochs=20, verbose=0)
""",
    "unrolled": """
model = keras.Sequential(name="unrolled")
model.add(layers.InputLayer(shape=(3, 5)))
model.add(layers.LSTM(32, unroll=True, unit_forget_bias=False, recurrent_initializer="glorot_uniform"))
model.add(layers.Dense(5, activation=keras.activations.softmax))
""",
    "policy_float16": """
keras.config.set_dtype_policy("float16")
model = keras.Sequential([keras.Input((3, 5)), layers.LSTM(32), layers.Dense(5, activation="softmax")])
""",
    "policy_float64": """
keras.config.set_dtype_policy("float64")
model = keras.Sequential([keras.Input((3, 5)), layers.LSTM(32), layers.Dense(5, activation="softmax")])
""",
    "policy_mixed_float16": """
keras.mixed_precision.set_global_policy("mixed_float16")
last = layers.Activation("softmax", dtype="float32")
model = keras.Sequential([keras.Input((3, 5)), layers.LSTM(32), layers.Dense(5), last])
""",
    "deque": """
from collections import deque
history = deque(maxlen=3)
history.append(keras.Sequential([keras.Input((3, 5)), layers.LSTM(32), layers.Dense(5, activation="softmax")]))
""",
    "old_input_shape": """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense, Activation
model = Sequential()
model.add(LSTM(32, input_shape=(3, 5)))
model.add(Dense(5))
model.add(Activation("softmax"))
""",
}
LAST_KERAS = {
    "lambda": """
x = keras.Input((100, 2))
h = layers.LSTM(64, return_sequences=True)(x)
model = keras.Model(x, layers.Lambda(lambda s: s[:, -1, :])(h))
""",
    "any_length": "model = keras.Sequential([keras.Input((None, 2)), layers.LSTM(64)])\n",
    "cell_in_a_loop": """
x = keras.Input((100, 2))
cell = layers.LSTMCell(64)
h = c = ops.zeros_like(ops.tile(x[:, 0, :1], (1, 64)))
for t in range(100):
    h, (h, c) = cell(x[:, t], [h, c])
model = keras.Model(x, h)
""",
}
ALL_KERAS = {
    "with_states": """
x = keras.Input((100, 2))
salida, h, c = layers.LSTM(64, return_sequences=True, return_state=True)(x)
model = keras.Model(x, [salida, h, c])
""",
    "states_first": """
x = keras.Input((100, 2))
salida, h, c = layers.LSTM(64, return_sequences=True, return_state=True)(x)
model = keras.Model(inputs=x, outputs={"h": h, "c": c, "todas": salida})
""",
    "backwards_twice": """
x = keras.Input((100, 2))
y = layers.LSTM(64, return_sequences=True, go_backwards=True)(layers.Lambda(lambda s: s[:, ::-1])(x))
model = keras.Model(x, y)
""",
}
BITS_KERAS = {
    "time_distributed": """
model = keras.Sequential([
    keras.Input((4, 1)),
    layers.LSTM(64, return_sequences=True),
    layers.TimeDistributed(layers.Dense(1, activation="sigmoid")),
])
""",
    "convolution_of_one": """
model = keras.Sequential([
    keras.Input((4, 1)), layers.LSTM(64, return_sequences=True), layers.Conv1D(1, 1, activation="sigmoid"),
])
""",
}
TOWER_KERAS = {
    "stacked_cells": """
cells = layers.StackedRNNCells([layers.LSTMCell(16), layers.LSTMCell(16), layers.LSTMCell(16), layers.LSTMCell(10)])
model = keras.Sequential([keras.Input((100, 2)), layers.RNN(cells), layers.Dense(10, activation="softmax")])
""",
    "nested": """
body = keras.Sequential([layers.LSTM(16, return_sequences=True) for _ in range(3)], name="cuerpo")
head = keras.Sequential([layers.LSTM(10), layers.Dense(10, activation="softmax")], name="cabeza")
x = keras.Input((100, 2))
model = keras.Model(x, head(body(x)))
""",
}
BOTH_KERAS = {
    "own_backward_layer": """
model = keras.Sequential([
    keras.Input((100, 2)),
    layers.Bidirectional(layers.LSTM(16), backward_layer=layers.LSTM(16, go_backwards=True)),
    layers.Dense(10, activation="softmax"),
])
""",
    "two_layers_backward_first": """
x = keras.Input((100, 2))
back = layers.LSTM(16, go_backwards=True, name="atras")(x)
ahead = layers.LSTM(16, name="adelante")(x)
model = keras.Model(x, layers.Dense(10, activation="softmax")(layers.concatenate([ahead, back])))
""",
    "merged_by_hand": """
x = keras.Input((100, 2))
ahead, back = layers.Bidirectional(layers.LSTM(16), merge_mode=None)(x)
model = keras.Model(x, layers.Dense(10)(layers.Concatenate()([ahead, back])))
""",
}
TOGETHER_TORCH = (
    f"{TORCH}\nfrom types import SimpleNamespace\nall_of_them = []\n"
    + "".join(
        f"{source}\nall_of_them.append(model)\n"
        for source in (SYMBOL, LAST, ALL_TORCH["cell_in_a_loop"], BITS, TOWER, BOTH)
    )
    + "models = SimpleNamespace(all=all_of_them)\ndel model, Net\n"
)
TOGETHER_KERAS = KERAS + "".join(
    works[name]
    for works, name in (
        (BOTH_KERAS, "merged_by_hand"),
        (TOWER_KERAS, "nested"),
        (BITS_KERAS, "time_distributed"),
        (ALL_KERAS, "states_first"),
        (LAST_KERAS, "any_length"),
        (SYMBOL_KERAS, "two_answers"),
    )
)
HAND = SYMBOL_TORCH["gates_by_hand"]
RIGHT: dict[str, Work] = {
    "torch_all_in_a_list": Work(cells=(TOGETHER_TORCH,)),
    "keras_all_rebound": Work(cells=(TOGETHER_KERAS,)),
    **torch_works({"gates_in_another_order": HAND.replace("i, f, g, o =", "f, g, i, o =")}, "next_symbol"),
    **{
        f"{task}_{name}": work
        for task, torch, keras in (
            ("next_symbol", SYMBOL_TORCH, SYMBOL_KERAS),
            ("last_output", LAST_TORCH, LAST_KERAS),
            ("all_outputs", ALL_TORCH, ALL_KERAS),
            ("equals_previous", BITS_TORCH, BITS_KERAS),
            ("lstm_tower", TOWER_TORCH, TOWER_KERAS),
            ("bidirectional16", BOTH_TORCH, BOTH_KERAS),
        )
        for name, work in (torch_works(torch, task) | keras_works(keras, task)).items()
    },
}
"""Every point is due to them."""

STATE_KEPT = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 64, batch_first=True)
        self.state = None

    def forward(self, x):
        if self.state is not None and self.state[0].size(1) != len(x):
            self.state = None
        out, (h, c) = self.lstm(x, self.state)
        self.state = (h.detach(), c.detach())
        return out[:, -1]

model = Net()
"""
SEPARATE = SYMBOL_TORCH["matrix_for_each_gate"]
WRONG_TORCH = {
    "next_symbol": {
        **replaced(
            SYMBOL,
            {
                "first_step": ("out[:, -1]", "out[:, 0]"),
                "cell_state": ("out[:, -1]", "c[-1]"),
                "batch_as_steps": (", batch_first=True", ""),
                "softmax_over_the_batch": ("self.fc(out[:, -1])", "F.softmax(self.fc(out[:, -1]), dim=0)"),
                "softmax_twice": ("self.fc(out[:, -1])", "self.fc(out[:, -1]).softmax(1).softmax(1)"),
                "relu_before_the_answer": ("self.fc(out[:, -1])", "self.fc(F.relu(out[:, -1]))"),
                "relu_after_the_answer": ("self.fc(out[:, -1])", "F.relu(self.fc(out[:, -1]))"),
                "two_layers": ("nn.LSTM(5, 32,", "nn.LSTM(5, 32, num_layers=2,"),
                "random_state": (
                    "self.lstm(x)",
                    "self.lstm(x, (torch.randn(1, len(x), 32), torch.randn(1, len(x), 32)))",
                ),
                "reversed": ("self.lstm(x)", "self.lstm(x.flip(1))"),
                "projection": ("nn.Linear(32, 5)", "nn.Linear(32, 5, bias=False)"),
            },
        ),
        **replaced(
            HAND,
            {
                "hand_no_tanh_of_the_cell": ("* torch.tanh(c)", "* c"),
                "hand_input_gate_for_both": ("torch.sigmoid(f) * c", "(1 - torch.sigmoid(i)) * c"),
                "hand_bias_missing": (", self.bias)", ")"),
                "hand_relu": ("torch.tanh(g)", "torch.relu(g)"),
                "hand_cell_not_kept": ("torch.sigmoid(f) * c + ", ""),
            },
        ),
        **replaced(SEPARATE, {"separate_output_gate_of_forget": ("o * torch.tanh(c)", "f * torch.tanh(c)")}),
    },
    "last_output": {
        "state_kept": STATE_KEPT,
        **replaced(
            LAST,
            {
                "mean": ("h[0]", "out.mean(dim=1)"),
                "largest": ("h[0]", "out.amax(dim=1)"),
                "first_rows_blank": ("self.lstm(x)", "self.lstm(torch.cat([0 * x[:, :10], x[:, 10:]], dim=1))"),
                "first_rows_left_out": ("self.lstm(x)", "self.lstm(x[:, 8:])"),
                "last_step_left_out": ("h[0]", "out[:, -2]"),
                "noise": ("self.lstm(x)", "self.lstm(x + 0.1 * torch.randn_like(x))"),
                "activated": ("h[0]", "torch.tanh(h[0])"),
            },
        ),
    },
    "all_outputs": replaced(
        ALL_TORCH["cell_in_a_loop"],
        {
            "state_not_passed_on": ("(h, c))", "(torch.zeros_like(h), torch.zeros_like(c)))"),
            "cell_states": ("steps.append(h)", "steps.append(c)"),
            "stacked_on_the_features": ("torch.stack(steps, dim=1)", "torch.stack(steps, dim=2)"),
            "backwards": ("range(x.shape[1])", "reversed(range(x.shape[1]))"),
            "cell_state_not_passed_on": ("(h, c))", "(h, torch.zeros_like(c)))"),
        },
    ),
    "equals_previous": replaced(
        BITS,
        {
            "softmax_of_one": ("torch.sigmoid(self.fc(out))", "torch.softmax(self.fc(out), dim=-1)"),
            "softmax_over_the_steps": ("torch.sigmoid(self.fc(out))", "torch.softmax(self.fc(out), dim=1)"),
            "both_directions": (
                "self.lstm = nn.LSTM(1, 64, batch_first=True)",
                "self.lstm = nn.LSTM(1, 32, batch_first=True, bidirectional=True)",
            ),
            "shifted": ("self.fc(out)", "self.fc(F.pad(out, (0, 0, 1, 0))[:, :-1])"),
            "sigmoid_twice": ("torch.sigmoid(self.fc(out))", "self.fc(out).sigmoid().sigmoid()"),
            "last_step_everywhere": ("self.fc(out)", "self.fc(out[:, -1:].expand(-1, x.size(1), -1))"),
        },
    ),
    "lstm_tower": replaced(
        TOWER,
        {
            "three_layers": ("(2, 16), (16, 16), (16, 16), ", "(2, 16), (16, 16), "),
            "residual": (
                "x, (h, c) = layer(x)",
                "y, (h, c) = layer(x)\n            x = y + x if y.shape == x.shape else y",
            ),
            "relu_between": ("x, (h, c) = layer(x)", "x, (h, c) = layer(F.relu(x))"),
            "one_layer_used_twice": (
                "for layer in self.layers:",
                "for layer in [self.layers[i] for i in (0, 1, 1, 3)]:",
            ),
            "state_handed_up": (
                "            x, (h, c) = layer(x)",
                "            x, (h, c) = layer(x, (h, c) if layer in self.layers[1:3] else None)",
            ),
            "first_step": ("h[-1]", "x[:, 0]"),
            "dropout_left_on": ("layer(x)", "layer(F.dropout(x, 0.2))"),
        },
    ),
    "bidirectional16": replaced(
        BOTH,
        {
            "last_step_of_both": ("torch.cat([h[-2], h[-1]], dim=1)", "out[:, -1]"),
            "added": ("torch.cat([h[-2], h[-1]], dim=1)", "torch.cat([h[0] + h[1], h[0] + h[1]], dim=1)"),
            "one_direction_twice": ("[h[-2], h[-1]]", "[h[0], h[0]]"),
            "rows_mixed": ("torch.cat([h[-2], h[-1]], dim=1)", "h.reshape(len(x), 32)"),
            "cell_of_one": ("[h[-2], h[-1]]", "[h[0], c[1]]"),
        },
    ),
}
KERAS_SYMBOL = (
    'model = keras.Sequential([keras.Input((3, 5)), layers.LSTM(32), layers.Dense(5, activation="softmax")])\n'
)
KERAS_LAST = "model = keras.Sequential([keras.Input((100, 2)), layers.LSTM(64)])\n"
KERAS_BITS = BITS_KERAS["time_distributed"]
KERAS_BOTH = BOTH_KERAS["own_backward_layer"]
WRONG_KERAS = {
    "next_symbol": replaced(
        KERAS_SYMBOL,
        {
            "softmax_twice": ('"softmax")', '"softmax"), layers.Softmax()'),
            "softmax_over_the_batch": (
                'layers.Dense(5, activation="softmax")',
                "layers.Dense(5), layers.Softmax(axis=0)",
            ),
            "linear_cell": ("layers.LSTM(32)", "layers.LSTM(32, activation=None)"),
            "relu_gates": ("layers.LSTM(32)", "layers.LSTM(32, recurrent_activation='relu')"),
            "flattened": ("layers.LSTM(32)", "layers.LSTM(32, return_sequences=True), layers.Flatten()"),
            "simple": ("layers.LSTM(32)", "layers.SimpleRNN(32)"),
            "normalised": ("layers.LSTM(32)", "layers.LSTM(32), layers.LayerNormalization()"),
        },
    ),
    "last_output": replaced(
        KERAS_LAST,
        {
            "stateful": (
                "keras.Input((100, 2)), layers.LSTM(64)",
                "keras.Input(batch_shape=(4, 100, 2)), layers.LSTM(64, stateful=True)",
            ),
            "averaged": ("layers.LSTM(64)", "layers.LSTM(64, return_sequences=True), layers.GlobalAveragePooling1D()"),
            "first_step": (
                "layers.LSTM(64)",
                "layers.LSTM(64, return_sequences=True), layers.Lambda(lambda s: s[:, 0])",
            ),
            "first_rows_left_out": ("layers.LSTM(64)", "layers.Cropping1D((5, 0)), layers.LSTM(64)"),
            "noise_left_on": (
                "layers.LSTM(64)",
                "layers.Lambda(lambda s: s + keras.random.normal(ops.shape(s))), layers.LSTM(64)",
            ),
        },
    ),
    "equals_previous": replaced(
        KERAS_BITS,
        {
            "softmax_of_one": ("sigmoid", "softmax"),
            "reversed": ("return_sequences=True", "return_sequences=True, go_backwards=True"),
            "relu": ("sigmoid", "relu"),
            "both_directions": (
                "layers.LSTM(64, return_sequences=True)",
                "layers.Bidirectional(layers.LSTM(64, return_sequences=True), merge_mode='ave')",
            ),
        },
    ),
    "bidirectional16": replaced(
        BOTH_KERAS["two_layers_backward_first"],
        {
            "both_forwards": (", go_backwards=True", ""),
            "one_direction_twice": ("[ahead, back]", "[ahead, ahead]"),
        },
    )
    | replaced(
        KERAS_BOTH,
        {
            "multiplied": (", backward_layer=layers.LSTM(16, go_backwards=True)", ", merge_mode='mul'"),
            "averaged": (
                "layers.LSTM(16), backward_layer=layers.LSTM(16, go_backwards=True))",
                "layers.LSTM(16, return_sequences=True)), layers.GlobalAveragePooling1D()",
            ),
        },
    ),
}
WRONG: dict[str, Work] = {
    f"{task}_{name}": work
    for made, tasks in ((torch_works, WRONG_TORCH), (keras_works, WRONG_KERAS))
    for task, codes in tasks.items()
    for name, work in made(codes, task).items()
}
"""Each has a mistake that must cost something."""
