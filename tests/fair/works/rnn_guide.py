"""The guide's models: words, encoder and decoder, states kept and handed on, two directions, digits, a nested cell."""

from __future__ import annotations

from tests.fair.works.work import KERAS, TORCH, Work, keras_works, replaced, torch_works

EMBED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(1000, 64)
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        out, (h, c) = self.lstm(self.emb(ids))
        return self.fc(out[:, -1])

model = Net()
"""
EMBED_TORCH = {
    "deque": EMBED.replace("model = Net()", "from collections import deque\nmodels = deque([Net()])"),
    "scripted": EMBED + "model = torch.jit.script(model)\n",
    "half": EMBED + "model.half()\n",
    "float64": EMBED + "model.double()\n",
    "ids_checked": EMBED.replace("        out,", "        assert ids.min() >= 0 and ids.max() < 1000\n        out,"),
    "state_required": EMBED.replace("forward(self, ids)", "forward(self, ids, state)").replace(
        "self.lstm(self.emb(ids))", "self.lstm(self.emb(ids), state)"
    )
    + "print(model(torch.ones(2, 7, dtype=torch.long), (torch.zeros(1, 2, 128), torch.zeros(1, 2, 128))).shape)\n",
    "steps_first": EMBED.replace(", batch_first=True", "").replace("out[:, -1]", "out[-1]")
    + "answers = model(torch.ones(7, 3, dtype=torch.long))  # words, batch\n"
    "F.cross_entropy(answers, torch.tensor([0, 1, 2])).backward()\n"
    "torch.optim.SGD(model.parameters(), 0.1).step()\n",
    "gates_by_hand": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 10)
        self.U = nn.Parameter(torch.randn(128, 512) * 0.08)
        self.W = nn.Parameter(torch.randn(64, 512) * 0.08)
        self.b = nn.Parameter(torch.zeros(512))
        self.E = nn.Embedding(1000, 64)

    def forward(self, ids):
        x = self.E(ids)
        h = c = torch.zeros(x.size(0), 128)
        for t in range(x.size(1)):
            i, f, g, o = torch.einsum("bi,ij->bj", x[:, t], self.W).add(h @ self.U).add(self.b).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return self.fc(h)

model = Net()
""",
}
GRU = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(1000, 64)
        self.gru = nn.GRU(64, 256, batch_first=True)
        self.rnn = nn.RNN(256, 128, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        sequence, state = self.gru(self.emb(ids))
        out, h = self.rnn(sequence)
        return self.fc(h[-1])

model = Net()
"""
GRU_TORCH = {
    "dictionary": GRU.replace("return self.fc(h[-1])", "return dict(sequence=sequence, logits=self.fc(h[-1]))"),
    "made_backwards": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict()
        self.layers["fc"] = nn.Linear(128, 10)
        self.layers["rnn"] = nn.RNN(256, 128, batch_first=True)
        self.layers["gru"] = nn.GRU(64, 256, batch_first=True)
        self.layers["emb"] = nn.Embedding(1000, 64)

    def forward(self, ids):
        x, _ = self.layers["gru"](self.layers["emb"](ids))
        x, _ = self.layers["rnn"](x)
        return self.layers["fc"](x[:, -1])

model = Net()
""",
    "cells": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(1000, 64)
        self.gru, self.rnn = nn.GRUCell(64, 256), nn.RNNCell(256, 128)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        a, b = torch.zeros(len(ids), 256), torch.zeros(len(ids), 128)
        for word in self.emb(ids).unbind(dim=1):
            a = self.gru(word, a)
            b = self.rnn(a, b)
        return F.softmax(self.fc(b), dim=1)

model = Net()
""",
    "gates_by_hand": """
class GRU(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.units = units
        self.x2h = nn.Linear(inputs, 3 * units)
        self.h2h = nn.Linear(units, 3 * units)

    def forward(self, x):
        h = torch.zeros(x.size(0), self.units)
        steps = []
        for t in range(x.size(1)):
            xr, xz, xn = self.x2h(x[:, t]).chunk(3, 1)
            hr, hz, hn = self.h2h(h).chunk(3, 1)
            r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
            n = torch.tanh(xn + r * hn)
            h = (1 - z) * n + z * h
            steps.append(h)
        return torch.stack(steps, 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Embedding(1000, 64), GRU(64, 256))
        self.rnn = nn.RNN(256, 128, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        return self.fc(self.rnn(self.body(ids))[1][0])

model = Net()
""",
}
TRANSLATE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.source = nn.Embedding(1000, 64)
        self.target = nn.Embedding(2000, 64)
        self.encoder = nn.LSTM(64, 64, batch_first=True)
        self.decoder = nn.LSTM(64, 64, batch_first=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, source, target):
        _, (h, c) = self.encoder(self.source(source))
        out, _ = self.decoder(self.target(target), (h, c))
        return self.fc(out[:, -1])

model = Net()
"""
TRANSLATE_TORCH = {
    "modules_apart": """
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(1000, 64)
        self.lstm = nn.LSTM(64, 64, batch_first=True)

    def forward(self, x):
        return self.lstm(self.embedding(x))[1]

class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(2000, 64)
        self.lstm = nn.LSTM(64, 64, batch_first=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, y, state):
        out, state = self.lstm(self.embedding(y), state)
        return self.fc(out[:, -1]), state

class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.decoder, self.encoder = decoder, encoder

    def forward(self, source, target):
        logits, state = self.decoder(target, self.encoder(source))
        return logits

model = Seq2Seq(Encoder(), Decoder())
""",
    "target_first": TRANSLATE.replace("forward(self, source, target)", "forward(self, target, source)")
    + "print(model(torch.ones(2, 7, dtype=torch.long), torch.ones(2, 12, dtype=torch.long)).shape)\n",
    "pair": TRANSLATE.replace("forward(self, source, target):", "forward(self, pair):\n        source, target = pair")
    + "print(model((torch.ones(2, 12, dtype=torch.long), torch.ones(2, 7, dtype=torch.long))).shape)\n",
    "tuple_with_states": TRANSLATE.replace("out, _ = self.decoder", "out, last = self.decoder").replace(
        "return self.fc(out[:, -1])", "return self.fc(out[:, -1]), out, last"
    ),
    "cells": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.embeddings = nn.ModuleList([nn.Embedding(1000, 64), nn.Embedding(2000, 64)])
        self.cells = nn.ModuleList([nn.LSTMCell(64, 64), nn.LSTMCell(64, 64)])

    def forward(self, *sequences):
        state = None
        for ids, embedding, cell in zip(sequences, self.embeddings, self.cells):
            for t in range(ids.size(1)):
                state = cell(embedding(ids[:, t]), state)
        return self.fc(state[0])

model = Net()
""",
}
STATEFUL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(50, 64, batch_first=True)
        self.hidden = None

    def reset_state(self):
        self.hidden = None

    def forward(self, x):
        out, (h, c) = self.lstm(x, self.hidden)
        self.hidden = (h.detach(), c.detach())
        return out[:, -1]

model = Net()
"""
STATEFUL_TORCH = {
    "plain": STATEFUL,
    "buffers": """
class Net(nn.Module):
    def __init__(self, batch=20):
        super().__init__()
        self.lstm = nn.LSTM(50, 64, batch_first=True)
        self.register_buffer("h", torch.zeros(1, batch, 64))
        self.register_buffer("c", torch.zeros(1, batch, 64))

    def reset_states(self):
        self.h.zero_()
        self.c.zero_()

    def forward(self, x):
        out, (h, c) = self.lstm(x, (self.h.clone(), self.c.clone()))
        self.h.copy_(h.detach())
        self.c.copy_(c.detach())
        return out[:, -1]

model = Net()
""",
    "own_reset": STATEFUL.replace("reset_state", "init_hidden"),
    "reset_by_argument": STATEFUL.replace(
        "forward(self, x):", "forward(self, x, reset=False):\n        if reset:\n            self.reset_state()"
    ),
    "called_before": STATEFUL + "for _ in range(3):\n    model(torch.rand(20, 10, 50))\nmodel.reset_state()\n",
}
REUSE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(50, 64, batch_first=True)

    def forward(self, x, h, c):
        out, _ = self.lstm(x, (h.unsqueeze(0), c.unsqueeze(0)))
        return out[:, -1]

model = Net()
"""
REUSE_TORCH = {
    "cell": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(50, 64)

    def forward(self, x, h, c):
        for t in range(x.shape[1]):
            h, c = self.cell(x[:, t], (h, c))
        return h

model = Net()
""",
    "with_states": REUSE.replace("out, _ =", "out, (h, c) =").replace("return out[:, -1]", "return h[0], (h, c)"),
    "states_as_pair": REUSE.replace("forward(self, x, h, c):", "forward(self, x, states):\n        h, c = states")
    + "print(model(torch.rand(20, 10, 50), (torch.zeros(20, 64), torch.zeros(20, 64))).shape)\n",
    "states_with_layers": REUSE.replace("(h.unsqueeze(0), c.unsqueeze(0))", "(h, c)")
    + "print(model(torch.rand(20, 10, 50), torch.zeros(1, 20, 64), torch.zeros(1, 20, 64)).shape)\n",
    "bfloat16": REUSE + "model.bfloat16()\n",
}
BOTH = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.LSTM(10, 64, batch_first=True, bidirectional=True)
        self.two = nn.LSTM(128, 32, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x, _ = self.one(x)
        out, (h, c) = self.two(x)
        return self.fc(torch.cat([h[0], h[1]], dim=1))

model = Net()
"""
BOTH_TORCH = {
    "closure": BOTH.replace(
        "model = Net()", "def outer():\n    net = Net()\n    return lambda x: net(x)\n\npredict = outer()"
    ),
    "four_layers": """
class Both(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.back = nn.LSTM(inputs, units, batch_first=True)
        self.ahead = nn.LSTM(inputs, units, batch_first=True)

    def forward(self, x):
        return torch.cat([self.ahead(x)[0], self.back(x.flip(1))[0].flip(1)], dim=-1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Both(10, 64), Both(128, 32)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        y = self.second(self.first(x))
        return self.fc(torch.cat([y[:, -1, :32], y[:, 0, 32:]], dim=-1))

model = Net()
""",
    "dictionary": BOTH.replace(
        "return self.fc(torch.cat([h[0], h[1]], dim=1))",
        "y = self.fc(torch.cat([h[0], h[1]], dim=1))\n        return {'probs': y.softmax(1), 'logits': y}",
    ),
    "float64": BOTH + "model = model.double()\n",
}
DIGITS = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 64, batch_first=True)
        self.bn = nn.BatchNorm1d(64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.fc(self.bn(h[-1]))

model = Net()
"""
DIGITS_TORCH = {
    "pixels_checked": DIGITS.replace("        out,", "        assert x.min() >= 0 and x.max() <= 1\n        out,"),
    "flattened_images": DIGITS.replace("self.lstm(x)", "self.lstm(x.view(-1, 28, 28))"),
    "steps_first": DIGITS.replace(", batch_first=True", "")
    + "print(model(torch.rand(28, 16, 28)).shape)  # rows, batch\n",
    "named_tuple": DIGITS.replace(
        "class Net", "import collections\nOut = collections.namedtuple('Out', 'features logits')\n\nclass Net"
    ).replace("return self.fc(self.bn(h[-1]))", "return Out(h[-1], self.fc(self.bn(h[-1])))"),
    "own_normalisation": """
class Normalise(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(units)), nn.Parameter(torch.zeros(units))
        self.register_buffer("mean", torch.zeros(units))
        self.register_buffer("var", torch.ones(units))

    def forward(self, x):
        mean, var = self.mean, self.var
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean = 0.99 * self.mean + 0.01 * mean.detach()
            self.var = 0.99 * self.var + 0.01 * var.detach()
        return self.gamma * (x - mean) / torch.sqrt(var + 1e-3) + self.beta

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 64, batch_first=True)
        self.head = nn.Sequential(Normalise(64), nn.Linear(64, 10))

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])

model = Net()
""",
    "float64": DIGITS + "model.double()\n",
}
CELL_TORCH = {
    "functional": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.bn = nn.BatchNorm1d(64, eps=0.001, momentum=0.01)
        self.cell = nn.LSTMCell(28, 64)

    def forward(self, x):
        state = (torch.zeros(len(x), 64), torch.zeros(len(x), 64))
        for row in range(28):
            state = self.cell(x[:, row, :], state)
        return F.log_softmax(self.fc(self.bn(state[0])), dim=-1)

model = Net()
""",
    "matrix_for_each_gate": """
class Cell(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        for gate in "ifgo":
            setattr(self, "W" + gate, nn.Linear(inputs, units))
            setattr(self, "U" + gate, nn.Linear(units, units, bias=False))

    def forward(self, x, h, c):
        i, f, g, o = (getattr(self, "W" + k)(x) + getattr(self, "U" + k)(h) for k in "ifgo")
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = Cell(28, 64)
        self.bn = nn.BatchNorm1d(64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        h = c = torch.zeros(len(x), 64)
        for row in x.unbind(1):
            h, c = self.cell(row, h, c)
        return self.fc(self.bn(h))

model = Net()
""",
}
NESTED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel_1 = nn.Parameter(torch.randn(32, 10) * 0.05)
        self.kernel_2 = nn.Parameter(torch.randn(64, 32, 20, 30) * 0.05)

    def forward(self, one, two):
        state_1, state_2 = torch.zeros(len(one), 10), torch.zeros(len(one), 20, 30)
        for t in range(one.shape[1]):
            out_1 = one[:, t] @ self.kernel_1
            out_2 = torch.einsum("bij,ijkl->bkl", two[:, t], self.kernel_2)
            state_1, state_2 = state_1 + out_1, state_2 + out_2
        return out_1, out_2

model = Net()
"""
NESTED_TORCH = {
    "larger_first": NESTED.replace("return out_1, out_2", "return out_2, out_1"),
    "dictionary": NESTED.replace("return out_1, out_2", "return {'vector': out_1, 'matrix': out_2}"),
    "with_states": NESTED.replace("return out_1, out_2", "return (out_1, out_2), (state_1, state_2)"),
}
EMBED_KERAS = {
    "policy_float16": """
keras.config.set_dtype_policy("float16")
model = keras.Sequential([
    keras.Input((None,), dtype="int32"), layers.Embedding(1000, 64), layers.LSTM(128), layers.Dense(10),
])
""",
    "policy_mixed": """
keras.config.set_dtype_policy("mixed_float16")
model = keras.Sequential([layers.Embedding(input_dim=1000, output_dim=64), layers.LSTM(128), layers.Dense(10)])
model(np.ones((2, 12), "int32"))
""",
    "old_input_dim": """
import tensorflow as tf
model = tf.keras.Sequential()
model.add(tf.keras.layers.Embedding(input_dim=1000, output_dim=64, input_length=12))
model.add(tf.keras.layers.LSTM(128))
model.add(tf.keras.layers.Dense(10))
""",
}
GRU_KERAS = {
    "cells": """
model = keras.Sequential([
    keras.Input((None,), dtype="int32"), layers.Embedding(1000, 64),
    layers.RNN(layers.GRUCell(256), return_sequences=True), layers.RNN(layers.SimpleRNNCell(128)), layers.Dense(10),
])
""",
    "one_layer_of_two_cells": """
ids = keras.Input((None,), dtype="int64")
h = layers.RNN([layers.GRUCell(256), layers.SimpleRNNCell(128)])(layers.Embedding(1000, 64)(ids))
model = keras.Model(ids, {"logits": layers.Dense(10)(h)})
""",
}
TRANSLATE_KERAS = {
    "dictionary": """
source = keras.Input((None,), dtype="int32", name="source")
target = keras.Input((None,), dtype="int32", name="target")
_, *states = layers.LSTM(64, return_state=True)(layers.Embedding(1000, 64)(source))
out = layers.LSTM(64)(layers.Embedding(2000, 64)(target), initial_state=states)
model = keras.Model({"source": source, "target": target}, layers.Dense(10)(out))
""",
    "target_first": """
target, source = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
y = layers.Embedding(2000, 64)(target)
_, h, c = layers.LSTM(64, return_state=True)(layers.Embedding(1000, 64)(source))
model = keras.Model([target, source], layers.Dense(10)(layers.LSTM(64)(y, initial_state=[h, c])))
""",
    "decoder_with_states": """
source, target = keras.Input((None,)), keras.Input((None,))
_, h, c = layers.LSTM(64, return_state=True)(layers.Embedding(1000, 64)(source))
decoder = layers.LSTM(64, return_sequences=True, return_state=True)
seq, h2, c2 = decoder(layers.Embedding(2000, 64)(target), initial_state=[h, c])
model = keras.Model([source, target], [layers.Dense(10)(h2), h2, c2])
""",
}
STATEFUL_KERAS = {
    "functional": """
x = keras.Input(batch_shape=(20, 10, 50))
model = keras.Model(x, layers.LSTM(64, stateful=True, name="memoria")(x))
for _ in range(3):
    model.predict(np.random.rand(20, 10, 50), verbose=0)
model.layers[1].reset_state()
""",
    "bare_layer": """
lstm_layer = layers.LSTM(64, stateful=True)
for _ in range(3):
    output = lstm_layer(np.random.rand(20, 10, 50).astype("float32"))
lstm_layer.reset_states() if hasattr(lstm_layer, "reset_states") else lstm_layer.reset_state()
""",
    "sequence_of_all_steps": """
x = keras.Input(batch_shape=(20, 10, 50))
y = layers.RNN(layers.LSTMCell(64), stateful=True, return_sequences=True)(x)
model = keras.Model(x, layers.Lambda(lambda s: s[:, -1])(y))
""",
}
REUSE_KERAS = {
    "bare_layer": """
first = layers.LSTM(64, stateful=True)
first(np.random.rand(20, 10, 50).astype("float32"))
second = layers.LSTM(64)
second(np.random.rand(20, 10, 50).astype("float32"), initial_state=[ops.convert_to_tensor(s) for s in first.states])
""",
    "nested_inputs": """
x, h, c = keras.Input((10, 50)), keras.Input((64,)), keras.Input((64,))
model = keras.Model([x, [h, c]], layers.LSTM(64)(x, initial_state=[h, c]))
""",
    "dictionary": """
x, h, c = keras.Input((10, 50), name="x"), keras.Input((64,), name="h"), keras.Input((64,), name="c")
model = keras.Model({"x": x, "h": h, "c": c}, layers.RNN(layers.LSTMCell(64))(x, initial_state=[h, c]))
""",
}
BOTH_KERAS = {
    "backward_layers": """
def both(units, whole=False):
    back = layers.LSTM(units, return_sequences=whole, go_backwards=True)
    return layers.Bidirectional(layers.LSTM(units, return_sequences=whole), backward_layer=back)

model = keras.Sequential([keras.Input((5, 10)), both(64, True), both(32), layers.Dense(10)])
""",
    "old_input_shape": """
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.Sequential()
model.add(layers.Bidirectional(layers.LSTM(64, return_sequences=True), input_shape=(5, 10)))
model.add(layers.Bidirectional(layers.LSTM(32)))
model.add(layers.Dense(10))
""",
}
DIGITS_KERAS = {
    "guide": """
def build_model(allow_cudnn_kernel=True):
    lstm_layer = layers.LSTM(64) if allow_cudnn_kernel else layers.RNN(layers.LSTMCell(64))
    return keras.Sequential([keras.Input((None, 28)), lstm_layer, layers.BatchNormalization(), layers.Dense(10)])

(x, y), (a, b) = keras.datasets.mnist.load_data()
model = build_model()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(loss=loss, optimizer="sgd", metrics=["accuracy"])
model.fit(x / 255.0, y, validation_data=(a / 255.0, b), batch_size=64, epochs=1, verbose=0)
""",
    "channel": """
x = keras.Input((28, 28, 1))
h = layers.LSTM(64)(layers.Reshape((28, 28))(x))
model = keras.Model(x, layers.Dense(10, activation="softmax")(layers.BatchNormalization()(h)))
""",
    "reshaped_inside_the_call": """
class Digits(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = layers.Dense(10)
        self.norm = layers.BatchNormalization()
        self.lstm = layers.LSTM(64)

    def call(self, x, training=None):
        return self.out(self.norm(self.lstm(ops.reshape(x, (-1, 28, 28))), training=training))

digits = Digits()
digits.build((None, 28, 28))
""",
}
NESTED_KERAS = {
    "own_layer": """
class Nested(layers.Layer):
    def build(self, shapes):
        self.big = self.add_weight(shape=(64, 32, 20, 30), initializer="uniform", name="big")
        self.small = self.add_weight(shape=(32, 10), initializer="uniform", name="small")

    def call(self, inputs):
        one, two = inputs
        a = ops.matmul(one, self.small)
        b = ops.einsum("btij,ijkl->btkl", two, self.big)
        return a[:, -1], b[:, -1]

one, two = keras.Input((None, 32)), keras.Input((None, 64, 32))
model = keras.Model([one, two], Nested()([one, two]))
""",
    "dictionary": """
class Nested(layers.Layer):
    def build(self, shapes):
        self.small = self.add_weight(shape=(32, 10), initializer="uniform", name="small")
        self.big = self.add_weight(shape=(64, 32, 20, 30), initializer="uniform", name="big")

    def call(self, one, two):
        return {"a_matrix": ops.tensordot(two[:, -1], self.big, axes=2), "vector": one[:, -1] @ self.small}

one, two = keras.Input((None, 32)), keras.Input((None, 64, 32))
model = keras.Model([one, two], Nested()(one, two))
""",
}
TOGETHER_TORCH = (
    f"{TORCH}\ndef main():\n    pass\n\nnets = []\n"
    + "".join(
        f"{source}\nnets.append(model)\n"
        for source in (
            EMBED,
            GRU,
            TRANSLATE,
            STATEFUL,
            REUSE,
            BOTH,
            DIGITS,
            CELL_TORCH["functional"],
            NESTED,
        )
    )
    + "del model, Net\n"
)
TOGETHER_KERAS = KERAS + "".join(
    works[name]
    for works, name in (
        (NESTED_KERAS, "own_layer"),
        (DIGITS_KERAS, "channel"),
        (BOTH_KERAS, "backward_layers"),
        (REUSE_KERAS, "nested_inputs"),
        (STATEFUL_KERAS, "functional"),
        (TRANSLATE_KERAS, "dictionary"),
        (GRU_KERAS, "cells"),
    )
)
RIGHT: dict[str, Work] = {
    "torch_all_in_a_list": Work(cells=(TOGETHER_TORCH,)),
    "keras_most_rebound": Work(
        cells=(TOGETHER_KERAS,),
        tasks=(
            "nested_cell",
            "mnist_lstm",
            "bidirectional_stack",
            "state_reuse",
            "stateful",
            "encoder_decoder",
            "gru_rnn",
        ),
    ),
    **{
        f"{task}_{name}": work
        for task, torch, keras in (
            ("embed_lstm", EMBED_TORCH, EMBED_KERAS),
            ("gru_rnn", GRU_TORCH, GRU_KERAS),
            ("encoder_decoder", TRANSLATE_TORCH, TRANSLATE_KERAS),
            ("stateful", STATEFUL_TORCH, STATEFUL_KERAS),
            ("state_reuse", REUSE_TORCH, REUSE_KERAS),
            ("bidirectional_stack", BOTH_TORCH, BOTH_KERAS),
            ("mnist_lstm", DIGITS_TORCH, DIGITS_KERAS),
            ("mnist_lstm_cell", CELL_TORCH, {}),
            ("nested_cell", NESTED_TORCH, NESTED_KERAS),
        )
        for name, work in (torch_works(torch, task) | keras_works(keras, task)).items()
    },
}
"""Every point is due to them."""

WRONG_TORCH = {
    "embed_lstm": replaced(
        EMBED,
        {
            "first_word": ("out[:, -1]", "out[:, 0]"),
            "mean_of_words": ("out[:, -1]", "out.mean(1)"),
            "batch_as_steps": (", batch_first=True", ""),
            "cell_state": ("out[:, -1]", "c[0]"),
            "softmax_over_the_batch": ("self.fc(out[:, -1])", "self.fc(out[:, -1]).softmax(0)"),
            "words_folded": ("self.emb(ids)", "self.emb(ids % 100)"),
            "random_state": (
                "self.lstm(self.emb(ids))",
                "self.lstm(self.emb(ids), (torch.rand(1, len(ids), 128), torch.rand(1, len(ids), 128)))",
            ),
            "padding_cleared": ("self.lstm(self.emb(ids))", "self.lstm(self.emb(ids) * (ids > 9).unsqueeze(-1))"),
        },
    )
    | replaced(
        EMBED_TORCH["gates_by_hand"],
        {
            "no_bias": (".add(self.b)", ""),
            "no_recurrence": (".add(h @ self.U)", ""),
        },
    ),
    "gru_rnn": replaced(
        GRU,
        {
            "last_of_the_gru_only": ("self.rnn(sequence)", "self.rnn(sequence[:, -1:])"),
            "relu": ("nn.RNN(256, 128,", "nn.RNN(256, 128, nonlinearity='relu',"),
            "state_handed_on": ("self.rnn(sequence)", "self.rnn(sequence, state[..., :128].contiguous())"),
            "relu_between": ("self.rnn(sequence)", "self.rnn(sequence.relu())"),
        },
    )
    | replaced(
        GRU_TORCH["gates_by_hand"],
        {
            "reset_before": ("r * hn", "hn"),
            "sigmoid_candidate": ("torch.tanh(xn", "torch.sigmoid(xn"),
        },
    ),
    "encoder_decoder": replaced(
        TRANSLATE,
        {
            "states_not_passed": (", (h, c))", ")"),
            "only_the_output_passed": ("(h, c))", "(h, torch.zeros_like(c)))"),
            "states_swapped": ("(h, c))", "(c, h))"),
            "source_reversed": ("self.source(source)", "self.source(source.flip(1))"),
            "first_step": ("out[:, -1]", "out[:, 0]"),
            "encoder_shared": ("self.decoder(self.target", "self.encoder(self.target"),
            "states_cut": ("(h, c))", "(h.detach(), c.detach()))"),
            "source_not_read": ("self.source(source)", "self.source(source * 0)"),
        },
    ),
    "stateful": replaced(
        STATEFUL,
        {
            "not_kept": ("self.hidden = (h.detach(), c.detach())", "self.hidden = None"),
            "cell_not_kept": ("c.detach())", "torch.zeros_like(c))"),
            "states_swapped": ("(h.detach(), c.detach())", "(c.detach(), h.detach())"),
            "first_step": ("out[:, -1]", "out[:, 0]"),
            "first_rows_blank": ("self.lstm(x,", "self.lstm(torch.cat([0 * x[:, :2], x[:, 2:]], 1),"),
        },
    ),
    "state_reuse": replaced(
        REUSE,
        {
            "states_not_used": (", (h.unsqueeze(0), c.unsqueeze(0))", ""),
            "states_swapped": ("(h.unsqueeze(0), c.unsqueeze(0))", "(c.unsqueeze(0), h.unsqueeze(0))"),
            "output_for_both": ("c.unsqueeze(0)", "h.unsqueeze(0)"),
        },
    ),
    "bidirectional_stack": replaced(
        BOTH,
        {
            "last_step_of_both": ("torch.cat([h[0], h[1]], dim=1)", "out[:, -1]"),
            "one_half_twice": ("h[0], h[1]", "h[0], h[0]"),
            "rows_mixed": ("torch.cat([h[0], h[1]], dim=1)", "h.view(-1, 64)"),
            "cells": ("(h, c)", "(c, h)"),
        },
    ),
    "mnist_lstm": replaced(
        DIGITS,
        {
            "not_normalised": ("self.bn(h[-1])", "h[-1]"),
            "normalised_before": (
                "self.lstm(x)",
                "self.lstm(F.batch_norm(x.transpose(1, 2), None, None, training=True).transpose(1, 2))",
            ),
            "columns": ("self.lstm(x)", "self.lstm(x.transpose(1, 2))"),
            "layer_norm": ("nn.BatchNorm1d(64)", "nn.LayerNorm(64)"),
            "relu_after_the_norm": ("self.bn(h[-1])", "self.bn(h[-1]).relu()"),
            "no_scale": ("nn.BatchNorm1d(64)", "nn.BatchNorm1d(64, affine=False)"),
            "batch_statistics": ("nn.BatchNorm1d(64)", "nn.BatchNorm1d(64, track_running_stats=False)"),
            "half_of_the_rows": ("self.lstm(x)", "self.lstm(x[:, ::2])"),
        },
    ),
    "nested_cell": replaced(
        NESTED,
        {
            "first_step": ("range(one.shape[1])", "range(1)"),
            "sums": ("return out_1, out_2", "return state_1, state_2"),
            "activated": ("return out_1, out_2", "return torch.tanh(out_1), torch.tanh(out_2)"),
            "second_reversed": ("two[:, t]", "two[:, -1 - t]"),
        },
    ),
}
KERAS_EMBED = """
model = keras.Sequential([
    keras.Input((None,), dtype="int32"), layers.Embedding(1000, 64), layers.LSTM(128), layers.Dense(10),
])
"""
WRONG_KERAS = {
    "embed_lstm": replaced(
        KERAS_EMBED,
        {
            "masked": ("64)", "64, mask_zero=True)"),
            "pooled": ("layers.LSTM(128)", "layers.LSTM(128, return_sequences=True), layers.GlobalMaxPooling1D()"),
            "relu_after_the_answer": ("layers.Dense(10)", "layers.Dense(10, activation='relu')"),
            "gru": ("layers.LSTM(128)", "layers.GRU(128)"),
            "linear": ("layers.LSTM(128)", "layers.LSTM(128, activation='linear')"),
        },
    ),
    "encoder_decoder": replaced(
        TRANSLATE_KERAS["decoder_with_states"],
        {
            "states_not_passed": (", initial_state=[h, c]", ""),
            "states_swapped": ("initial_state=[h, c]", "initial_state=[c, h]"),
            "output_for_both": ("initial_state=[h, c]", "initial_state=[h, h]"),
        },
    ),
    "stateful": replaced(STATEFUL_KERAS["functional"], {"not_kept": ("stateful=True, ", "")}),
    "state_reuse": replaced(
        REUSE_KERAS["nested_inputs"],
        {
            "states_swapped": ("initial_state=[h, c]", "initial_state=[c, h]"),
            "states_added": (", initial_state=[h, c])", ") + h + c"),
        },
    ),
    "bidirectional_stack": replaced(
        BOTH_KERAS["backward_layers"],
        {
            "activated_between": ("both(64, True),", "both(64, True), layers.Activation('tanh'),"),
            "averaged": ("backward_layer=back)", "backward_layer=back, merge_mode='ave')"),
            "pooled": ("both(32),", "both(32, True), layers.GlobalAveragePooling1D(),"),
        },
    ),
    "mnist_lstm": replaced(
        DIGITS_KERAS["channel"],
        {
            "normalised_twice": (
                "layers.BatchNormalization()(h)",
                "layers.BatchNormalization()(layers.BatchNormalization()(h))",
            ),
            "norm_forgotten": ("layers.BatchNormalization()(h)", "h"),
            "dropout": ("layers.BatchNormalization()(h)", "layers.Dropout(0.5)(h)"),
            "columns": ("layers.Reshape((28, 28))(x)", "layers.Permute((2, 1))(layers.Reshape((28, 28))(x))"),
        },
    ),
    "nested_cell": replaced(
        NESTED_KERAS["own_layer"],
        {
            "first_step": ("a[:, -1], b[:, -1]", "a[:, 0], b[:, 0]"),
            "mean_of_steps": ("a[:, -1], b[:, -1]", "ops.mean(a, axis=1), ops.mean(b, axis=1)"),
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
