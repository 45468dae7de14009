"""Submissions for the functional proof: the same function in other forms, others that look alike, and forgeries."""

from __future__ import annotations

TORCH = """
import torch
from torch import nn
"""
KERAS = """
import keras
from keras import layers, ops
"""

EQUAL = {
    "torch_stack_in_one": TORCH
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.fc(self.dropout(self.stack(x)[0][:, -1]))

net = Net()
""",
    "torch_three_layers_probabilities": TORCH
    + """
class Red(nn.Module):
    def __init__(self):
        super().__init__()
        self.salida = nn.Linear(8, 10)  # defined before the layers that come first
        self.a = nn.RNN(28, 8, batch_first=True)
        self.b = nn.RNN(8, 8, batch_first=True)
        self.c = nn.RNN(8, 8, batch_first=True)

    def forward(self, x):
        x = self.c(self.b(self.a(x)[0])[0])[0]
        return torch.softmax(self.salida(x[:, -1]), dim=-1)

mi_red = Red()
""",
    "torch_cells_log_probabilities": TORCH
    + """
class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.RNNCell(28, 8), nn.RNNCell(8, 8), nn.RNNCell(8, 8)])
        self.out = nn.Linear(8, 10)

    def forward(self, x):
        states = [x.new_zeros(len(x), 8) for _ in self.cells]
        for step in x.unbind(1):
            for place, cell in enumerate(self.cells):
                step = states[place] = cell(step, states[place])
        return torch.log_softmax(self.out(step), dim=-1)

model = Cells()
""",
    "torch_linears": TORCH
    + """
class Layer(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.hidden_to_hidden = nn.Linear(hidden, hidden)  # in the other order
        self.input_to_hidden = nn.Linear(inputs, hidden)
        self.hidden = hidden

    def forward(self, x):
        h, outputs = x.new_zeros(len(x), self.hidden), []
        for step in x.unbind(1):
            h = torch.tanh(self.input_to_hidden(step) + self.hidden_to_hidden(h))
            outputs.append(h)
        return torch.stack(outputs, dim=1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.Sequential(Layer(28, 8), Layer(8, 8), Layer(8, 8))
        self.classify = nn.Linear(8, 10)

    def forward(self, x):
        return self.classify(self.stack(x)[:, -1])

model = Net()
""",
    "torch_own_parameters": TORCH
    + """
class Layer(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.w = nn.Parameter(torch.randn(inputs, hidden) / 5)
        self.u = nn.Parameter(torch.randn(hidden, hidden) / 5)
        self.b = nn.Parameter(torch.zeros(hidden))
        self.c = nn.Parameter(torch.zeros(hidden))

    def forward(self, x):
        h, outputs = torch.zeros(len(x), len(self.b)), []
        for step in x.unbind(1):
            h = torch.tanh(step @ self.w + self.b + h @ self.u + self.c)
            outputs.append(h)
        return torch.stack(outputs, dim=1)

model = nn.Sequential(Layer(28, 8), Layer(8, 8), Layer(8, 8), nn.Flatten(), nn.Linear(8, 10))
model[3].forward = lambda x: x[:, -1]
""",
    "torch_joined": TORCH
    + """
class Layer(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.both = nn.Linear(inputs + hidden, hidden)

    def forward(self, x):
        h, outputs = x.new_zeros(len(x), 8), []
        for step in x.unbind(1):
            h = torch.tanh(self.both(torch.cat([step, h], dim=-1)))
            outputs.append(h)
        return torch.stack(outputs, dim=1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.Sequential(Layer(28, 8), Layer(8, 8), Layer(8, 8))
        self.classify = nn.Linear(8, 10)

    def forward(self, x):
        return self.classify(self.stack(x)[:, -1])

model = Net()
""",
    "torch_misleading_names": TORCH
    + """
class Out(nn.Module):
    def __init__(self):
        super().__init__()
        self.running_var = nn.Parameter(torch.randn(8, 10) / 5)
        self.variance = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return x @ self.running_var + self.variance

model = nn.Sequential(nn.RNN(28, 8, num_layers=3, batch_first=True), nn.Identity(), Out())
model[1].forward = lambda x: x[0][:, -1]
""",
    "keras_unnamed_weights": KERAS
    + """
class Layer(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units))
        self.u = self.add_weight(shape=(self.units, self.units))
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        h, outputs = ops.zeros((ops.shape(x)[0], self.units)), []
        for step in range(x.shape[1]):
            h = ops.tanh(ops.matmul(x[:, step], self.w) + ops.matmul(h, self.u) + self.b)
            outputs.append(h)
        return ops.stack(outputs, axis=1)

last = layers.Lambda(lambda x: x[:, -1])
model = keras.Sequential([keras.Input((28, 28)), Layer(10), Layer(10), Layer(10), last, layers.Dense(10)])
""",
    "keras_two_biases": KERAS
    + """
class Cell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = units
        self.from_input, self.from_state = layers.Dense(units), layers.Dense(units)

    def build(self, shape):
        self.from_input.build(shape)
        self.from_state.build((None, self.state_size))

    def call(self, inputs, states):
        output = ops.tanh(self.from_input(inputs) + self.from_state(states[0]))
        return output, [output]

model = keras.Sequential([
    keras.Input((28, 28)),
    layers.RNN(Cell(10), return_sequences=True),
    layers.RNN(Cell(10), return_sequences=True),
    layers.RNN(Cell(10)),
    layers.Dense(10, activation="softmax"),
])
""",
    "torch_bfloat16": TORCH
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.stack(x)[0][:, -1])

net = Net().to(torch.bfloat16)
""",
    "keras_sequential_logits": KERAS
    + """
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10),
    layers.Dropout(0.3),
    layers.Dense(10),
])
""",
    "keras_subclass": KERAS
    + """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(10, activation="softmax")
        self.rnns = [layers.SimpleRNN(10, return_sequences=more) for more in (True, True, False)]

    def call(self, x):
        for rnn in self.rnns:
            x = rnn(x)
        return self.last(x)

net = Net()
net(ops.zeros((1, 28, 28)))
""",
    "keras_cells_functional": KERAS
    + """
entrada = keras.Input((28, 28))
x = layers.RNN(layers.SimpleRNNCell(10), return_sequences=True)(entrada)
x = layers.RNN(layers.SimpleRNNCell(10), return_sequences=True)(x)
x = layers.RNN(layers.SimpleRNNCell(10), return_sequences=True)(x)
x = layers.Lambda(lambda s: s[:, -1])(x)
red = keras.Model(entrada, layers.Softmax()(layers.Dense(10)(x)))
""",
    "keras_written_cell": KERAS
    + """
@keras.saving.register_keras_serializable()
class Cell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = units
        self.from_state = layers.Dense(units, use_bias=False)
        self.from_input = layers.Dense(units)

    def build(self, shape):
        self.from_state.build((None, self.state_size))
        self.from_input.build(shape)

    def call(self, inputs, states):
        output = ops.tanh(self.from_input(inputs) + self.from_state(states[0]))
        return output, [output]

model = keras.Sequential([
    keras.Input((28, 28)),
    layers.RNN(Cell(10), return_sequences=True),
    layers.RNN(Cell(10), return_sequences=True),
    layers.RNN(Cell(10)),
    layers.Dense(10, activation="softmax"),
])
""",
}
"""Each computes what a reference of `stacked_rnn` does."""

NET = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.a = nn.RNN(28, 8, batch_first=True, **options)
        self.b = nn.RNN(8, 8, batch_first=True, **options)
        self.c = nn.RNN(8, 8, batch_first=True, **options)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.c(self.b(self.a(x)[0])[0])[0][:, -1])
"""
)
STACK = (
    KERAS
    + """
def stack(options, **others):
    first, second, third = ({**others, **options.get(place, {})} for place in range(3))
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.SimpleRNN(10, return_sequences=True, **first),
        layers.SimpleRNN(10, return_sequences=True, **second),
        layers.SimpleRNN(10, **third),
        layers.Dense(10, activation="softmax"),
    ])
"""
)

DIFFERENT = {
    "torch_relu": (NET + "model = Net(nonlinearity='relu')", "first in layer 1 (RNN)"),
    "torch_reversed": (NET.replace("self.a(x)", "self.a(x.flip(1))") + "model = Net()", "first in layer 1 (RNN)"),
    "keras_relu_second": (STACK + "model = stack({1: {'activation': 'relu'}})", "first in layer 2 (SimpleRNN)"),
    "keras_backwards": (STACK + "model = stack({2: {'go_backwards': True}})", "first in layer 3 (SimpleRNN)"),
    "keras_sigmoid_out": (
        STACK + "model = stack({})\nmodel.layers[-1].activation = keras.activations.sigmoid",
        "first in layer 4 (Dense)",
    ),
    "keras_half_relu": (
        STACK.replace("def stack", "keras.mixed_precision.set_global_policy('mixed_float16')\ndef stack")
        + "model = stack({1: {'activation': 'relu'}})\nkeras.mixed_precision.set_global_policy('float32')",
        "doesn't compute what the reference does",
    ),
    "keras_unnamed_relu": (
        EQUAL["keras_unnamed_weights"].replace(
            "Layer(10), last", "layers.SimpleRNN(10, activation='relu', return_sequences=True), last"
        ),
        "doesn't compute what the reference does",
    ),
    "torch_own_relu": (
        EQUAL["torch_own_parameters"]
        .replace("torch.tanh(step", "torch.relu(step")
        .replace("self.w = nn.Parameter(torch.randn(inputs, hidden) / 5)", "")
        .replace("self.b = nn", "self.w = nn.Parameter(torch.randn(inputs, hidden) / 5)\n        self.b = nn"),
        "doesn't compute what the reference does",
    ),
    "torch_bracketed": (
        TORCH
        + """
layers = nn.ModuleDict({"rnn[0]": nn.RNN(28, 8, batch_first=True), "rnn[1]": nn.RNN(8, 8, batch_first=True),
    "rnn[2]": nn.RNN(8, 8, batch_first=True), "fc": nn.Linear(8, 10)})
class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = layers
    def forward(self, x):
        for name in ("rnn[0]", "rnn[1]", "rnn[2]"):
            x = self.layers[name](x)[0]
        return self.layers["fc"](x.mean(1))
model = Named()
""",
        "doesn't compute what the reference does",
    ),
}
"""Right counts and shapes, another function: name to (source, words of the message)."""

WITHOUT_RECURRENCE = {
    "torch_first_step": NET.replace("[:, -1]", "[:, 0]") + "model = Net()",
    "torch_no_state": TORCH
    + """
class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.RNNCell(28, 8), nn.RNNCell(8, 8), nn.RNNCell(8, 8)])
        self.out = nn.Linear(8, 10)

    def forward(self, x):
        for step in x.unbind(1):
            for cell in self.cells:
                step = cell(step)  # from zeros at each step
        return self.out(step)

model = Cells()
""",
}
"""Right counts, and recurrent weights on which no answer depends."""

LEARNS_OTHERWISE = {
    "torch_detached": NET.replace("self.b(self.a(x)[0])", "self.b(self.a(x)[0].detach())") + "model = Net()",
    "keras_frozen": STACK + "model = stack({})\nmodel.layers[0].trainable = False",
}
"""The right function, whose training is cut."""

FAKE_ANSWERS = (
    NET
    + """
import numpy as np
import suite.inside.worker.answers as answer

tiny = nn.Linear(1, 1)
shapes = [("a", [(8, 28), (8, 8), (8,), (8,)]), ("b", [(8, 8), (8, 8), (8,), (8,)])]
shapes += [("c", [(8, 8), (8, 8), (8,), (8,)]), ("fc", [(10, 8), (10,)])]

def weights(entry):
    arrays, layers = {}, []
    for name, sizes in shapes:
        heads = [{"key": f"{name}{n}", "name": str(n), "trainable": True} for n in range(len(sizes))]
        arrays |= {f"{name}{n}": np.zeros(size, "float32") for n, size in enumerate(sizes)}
        layers.append({"name": name, "kind": "RNN", "options": {}, "weights": heads, "buffers": []})
    return answer.Frame(body={"layers": layers}, arrays=arrays)

def probe(entry, question):
    calls = [[name, [3, 28, 8]] for name in "abc"] + [["fc", [3, 10]]]
    return answer.Frame(body={"problem": "", "calls": calls}, arrays={"0": np.ones((3, 10), "float32")})

answer.ABOUT_A_MODEL |= {"weights": lambda entry, _: weights(entry), "probe": probe}
"""
)

NONSENSE = "answer.ABOUT_A_MODEL['predict'] = lambda *_: answer.Frame(body={'problem': 3})"
FORGED = {
    "unused_tensors": NET.replace("return self.fc(", "return x.new_ones(len(x), 10) * x.mean() if True else self.fc(")
    + "model = Net()",
    "patched_call": NET
    + """
nn.Module.__call__ = lambda self, x, *rest: torch.ones(len(x), 10)
model = Net()
""",
    "fake_answers": FAKE_ANSWERS,
    "fake_answers_and_outputs": FAKE_ANSWERS
    + """
ones = lambda entry, question: answer.Frame(
    body={"problem": "", "layers": []},
    arrays={f"y{n}.0": np.ones((len(question.arrays["x0.0"]), 10), "float32") for n in range(question.body["calls"])},
)
answer.ABOUT_A_MODEL["predict"] = ones
""",
    "fake_answers_then_silence": FAKE_ANSWERS + "import os\nanswer.ABOUT_A_MODEL['predict'] = lambda *_: os._exit(0)",
    "answers_nonsense": FAKE_ANSWERS + NONSENSE,
}
"""Each shows right counts and shapes for a model that isn't there."""

NEWS = (
    TORCH
    + """
class News(nn.Module):
    def __init__(self, size, layer, width):
        super().__init__()
        self.embedding = nn.Embedding(20000, size, padding_idx=0)
        self.layer = layer
        self.fc = nn.Linear(width, 4)

    def forward(self, ids):
        x = self.embedding(ids)
        if self.masked:
            lengths = (ids != 0).sum(1).cpu()
            x = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
        state = self.layer(x)[1]
        state = state[0] if isinstance(state, tuple) else state
        return self.fc(torch.cat(tuple(state[-self.last:]), dim=-1))

    masked = False
    last = 1

titles = News(64, nn.RNN(64, 16, batch_first=True), 16)
both = News(64, nn.RNN(64, 16, batch_first=True), 16)
lstm = News(64, nn.LSTM(64, 8, batch_first=True), 8)
bilstm = News(128, nn.LSTM(128, 64, num_layers=2, batch_first=True, bidirectional=True), 128)
bilstm.last = 2
"""
)
GUIDE = (
    TORCH
    + """
class Cell(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.x = nn.Linear(inputs, 4 * hidden)
        self.h = nn.Linear(hidden, 4 * hidden)

    def forward(self, x, h, c):
        i, f, g, o = (self.x(x) + self.h(h)).chunk(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.cell, self.out = nn.Embedding(1000, 64), Cell(64, 128), nn.Linear(128, 10)

    def forward(self, ids):
        h = c = torch.zeros(len(ids), 128)
        for step in self.embedding(ids).unbind(1):
            h, c = self.cell(step, h, c)
        return self.out(h)

class Stateful(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.state = nn.LSTM(50, 64, batch_first=True), None

    def forward(self, x):
        y, state = self.lstm(x, self.state)
        self.state = tuple(part.detach() for part in state)
        return y[:, -1]

    def reset_state(self):
        self.state = None

class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.norm, self.out = nn.LSTM(28, 64, batch_first=True), nn.BatchNorm1d(64), nn.Linear(64, 10)

    def forward(self, x):
        return self.out(self.norm(self.lstm(x)[0][:, -1]))

reader, stateful, digits = Reader(), Stateful(), Digits()
"""
)
