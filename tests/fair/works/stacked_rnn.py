"""Three stacked recurrent layers and a dense one over the rows of an image."""

from __future__ import annotations

from tests.fair.works.work import Work, keras_works, replaced, torch_works

TORCH = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.rnn = nn.RNN(28, hidden, num_layers=3, batch_first=True)
        self.fc = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])
"""
KERAS = """
import keras
from keras import layers

def build():
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10),
        layers.Dense(10, activation="softmax"),
    ])
"""
HOLDERS = {
    "deque": "import collections\nqueue = collections.deque([MAKE])",
    "partial": "import functools\nrun = functools.partial(print, MAKE)",
    "closure": "def outer():\n    net = MAKE\n    return lambda x: net(x)\npredict = outer()",
    "slots": "class Box:\n    __slots__ = ('net',)\nbox = Box()\nbox.net = MAKE",
    "namespace": "import types\nbox = types.SimpleNamespace(net=MAKE)",
    "underscore": "_model = MAKE",
    "local_of_main": "def main():\n    net = MAKE\n    print(type(net))\n\nif __name__ == '__main__':\n    main()",
    "rebound": "model = MAKE\nmodel = 'trained'",
    "deleted": "model = MAKE\ndel model",
    "dataclass": "import dataclasses\n\n@dataclasses.dataclass\nclass Run:\n    net: object\n\nrun = Run(MAKE)",
    "class_attribute": "class Experiment:\n    pass\n\nExperiment.net = MAKE",
    "cached": "import functools\n\n@functools.cache\ndef get():\n    return MAKE\n\nget()",
    "thread": "import threading\nthread = threading.Thread(target=lambda: MAKE)\nthread.start()\nthread.join()",
    "generator": "def nets():\n    net = MAKE\n    yield net\n    yield net\n\ngenerator = nets()\nnext(generator)",
    "search": "scores = {}\nfor seed in range(40):\n    net = MAKE\n    scores[seed] = seed\ndel net",
}
"""Where a notebook keeps its model."""
NAMES = {
    "own_train": "\n    def train(self, loader):\n        raise RuntimeError('not now')\n",
    "own_eval": "\n    def eval(self, loader):\n        return loader.accuracy\n",
    "own_modules": "\n    def modules(self, which):\n        return which\n",
    "own_reset_state": "\n    def reset_state(self):\n        self.state = self.nothing\n",
    "own_reset_hidden": "\n    def reset_hidden(self, batch_size):\n        return batch_size\n",
    "own_fit": "\n    def fit(self, x, y, epochs):\n        return epochs\n    history = None\n",
    "own_predict": "\n    def predict(self, x):\n        return self(x).argmax(-1)\n",
    "own_summary": "\n    def summary(self):\n        print(self)\n    device = 'cpu'\n",
}
"""Methods of a PyTorch model that have the names of others."""
FORWARDS = {
    "dictionary": "return {'logits': self.fc(self.rnn(x)[0][:, -1])}",
    "tuple_with_state": "y, h = self.rnn(x)\n        return self.fc(y[:, -1]), h",
    "channel_squeezed": "return self.fc(self.rnn(x.reshape(-1, 28, 28))[0][:, -1])",
    "state_of_zeros": "h = torch.zeros(3, len(x), 8)\n        return self.fc(self.rnn(x, h)[0][:, -1])",
    "probabilities": "return self.fc(self.rnn(x)[0][:, -1]).softmax(-1)",
    "log_probabilities": "return self.fc(self.rnn(x)[0][:, -1]).log_softmax(-1)",
    "last_state": "return self.fc(self.rnn(x)[1][-1])",
    "autocast": (
        "with torch.autocast('cpu', dtype=torch.bfloat16):\n            return self.fc(self.rnn(x)[0][:, -1])"
    ),
    "permuted_twice": "x = x.permute(1, 0, 2).permute(1, 0, 2)\n        return self.fc(self.rnn(x)[0][:, -1])",
}
"""What a PyTorch model returns."""
STATES = {
    "torch_warnings": ("torch", "import warnings\nwarnings.simplefilter('error')"),
    "torch_default_double": ("torch", "torch.set_default_dtype(torch.float64)"),
    "torch_full_products": ("torch", "torch.backends.fp32_precision = 'ieee'"),
    "torch_full_recurrence": ("torch", "torch.backends.cudnn.rnn.fp32_precision = 'ieee'"),
    "torch_fast_products": ("torch", "torch.set_float32_matmul_precision('medium')"),
    "torch_no_grad": ("torch", "torch.set_grad_enabled(False)"),
    "torch_one_thread": ("torch", "torch.set_num_threads(1)"),
    "torch_deterministic": ("torch", "torch.use_deterministic_algorithms(True)"),
    "torch_anomaly": ("torch", "torch.autograd.set_detect_anomaly(True)"),
    "torch_chdir": ("torch", "import os\nos.makedirs('a', exist_ok=True)\nos.chdir('a')"),
    "keras_warnings": ("keras", "import warnings\nwarnings.simplefilter('error')"),
    "keras_float64": ("keras", "keras.backend.set_floatx('float64')"),
    "keras_mixed_bfloat16": ("keras", "keras.mixed_precision.set_global_policy('mixed_bfloat16')"),
    "keras_mixed_float16": ("keras", "keras.mixed_precision.set_global_policy('mixed_float16')"),
    "keras_eager": ("keras", "import tensorflow as tf\ntf.config.run_functions_eagerly(True)"),
    "keras_cleared": ("keras", "keras.backend.clear_session()"),
    "keras_seeded": ("keras", "keras.utils.set_random_seed(3)"),
    "keras_chdir": ("keras", "import os\nos.makedirs('a', exist_ok=True)\nos.chdir('a')"),
}
"""What a notebook sets for the whole process before it makes its model."""
AFTERWARDS = {
    "torch_scripted": ("torch", "model = torch.jit.script(Net())"),
    "torch_double": ("torch", "model = Net().double()"),
    "torch_half": ("torch", "model = Net().half()"),
    "torch_bfloat16": ("torch", "model = Net().bfloat16()"),
    "torch_copied": ("torch", "import copy\nmodel = copy.deepcopy(Net())"),
    "torch_saved_whole": ("torch", "torch.save(Net(), 'a.pt')\nmodel = torch.load('a.pt', weights_only=False)"),
    "torch_parallel": ("torch", "model = nn.DataParallel(Net())"),
    "torch_state_loaded": (
        "torch",
        "model = Net()\ntorch.save(model.state_dict(), 'a.pt')\nmodel.load_state_dict(torch.load('a.pt'))",
    ),
    "torch_initialised": (
        "torch",
        "model = Net()\nfor p in model.parameters():\n    if p.dim() > 1:\n        nn.init.xavier_uniform_(p)",
    ),
    "torch_listened": (
        "torch",
        "model = Net()\nseen = []\nmodel.rnn.register_forward_hook(lambda m, given, made: seen.append(made[0].shape))",
    ),
    "keras_saved": ("keras", "build().save('a.keras')\nmodel = keras.models.load_model('a.keras')"),
    "keras_cloned": ("keras", "model = keras.models.clone_model(build())"),
    "keras_history": (
        "keras",
        (
            "import numpy as np\n\ndef train():\n    net = build()\n    net.compile('adam', 'mse')\n"
            "    return net.fit(np.zeros((8, 28, 28)), np.zeros((8, 10)), verbose=0)\n\nhistory = train()"
        ),
    ),
    "keras_jit_compiled": ("keras", "model = build()\nmodel.compile('adam', 'mse', jit_compile=False)"),
    "keras_extracting": ("keras", "model = build()\nbody = keras.Model(model.inputs, model.layers[-2].output)"),
    "keras_plotted": ("keras", "model = build()\nprint(model.to_json()[:10])\nmodel.summary()"),
}
"""What a notebook makes of its model."""
OLD_KERAS = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

def build(**last):
    return keras.Sequential([
        layers.SimpleRNN(10, return_sequences=True, input_shape=(28, 28)),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10),
        layers.Dense(10, activation="softmax", **last),
    ])
"""
OLD = {
    "old_output_shape": "model = build()\nprint([layer.output_shape for layer in model.layers])",
    "old_legacy_optimizer": "model = build()\nmodel.compile(keras.optimizers.legacy.SGD(0.1), 'mse')",
    "old_weights": "import numpy as np\nmodel = build(weights=[np.ones((10, 10)), np.zeros(10)])",
    "old_saved_folder": "model = build()\nmodel.save('folder')",
    "old_preprocessing": "scale = keras.layers.experimental.preprocessing.Rescaling(0.5)\nmodel = build()",
    "old_rate": "model = build()\nmodel.compile(keras.optimizers.Adam(lr=0.01), 'mse')",
    "old_backend_function": "model = build()\nf = keras.backend.function([model.input], [model.output])",
}
"""Code of Keras 2."""
CELLS: dict[str, tuple[str, ...]] = {
    "mkdir": (
        TORCH,
        "!mkdir -p models/a\nmodel = Net()\ntorch.save(model.state_dict(), 'models/a/net.pt')\n!ls models",
    ),
    "listing": (TORCH, "model = Net()\ntorch.save(model, 'net.pt')\nfiles = !ls\nassert 'net.pt' in files"),
    "bash_cell": (
        TORCH + "model = Net()",
        "%%bash\nmkdir -p out\necho ready > out/a.txt",
        "print(open('out/a.txt').read())",
    ),
    "odd_mime": (
        TORCH + "model = Net()",
        "from IPython.display import display\ndisplay({'application/x-odd': {'a': 1}, 'text/plain': 'x'}, raw=True)",
    ),
    "html_of_none": (
        TORCH + "model = Net()",
        "from IPython.display import publish_display_data as p\np({'text/html': None})",
    ),
    "all_rows_reshaped": (
        KERAS + "(x, y), (a, b) = keras.datasets.fashion_mnist.load_data()\nx = x.reshape(60000, 28, 28) / 255.0",
        "model = build()",
    ),
    "epochs_counted": (
        KERAS + "(x, y), _ = keras.datasets.fashion_mnist.load_data()\nmodel = build()",
        "model.compile('adam', 'sparse_categorical_crossentropy')\nh = model.fit(x / 255.0, y, epochs=3, verbose=0)",
        "import matplotlib.pyplot as plt\nplt.plot(range(1, 4), h.history['loss'])",
    ),
    "progress_bar": (TORCH + "model = Net()", "from tqdm.notebook import tqdm\nfor _ in tqdm(range(3)):\n    pass"),
    "seaborn": (TORCH, "import seaborn as sns\nmodel = Net()"),
    "torchinfo": (TORCH, "import torchinfo\nmodel = Net()\nprint(torchinfo.summary(model, (1, 28, 28)))"),
    "tfds_slices": (
        KERAS + "import tensorflow_datasets as tfds\n(a, b), info = tfds.load('fashion_mnist', "
        "split=['train[:80%]', 'train[80%:]'], as_supervised=True, with_info=True)",
        "assert info.features['label'].num_classes == 10\nx, y = next(iter(a))\nassert x.shape == (28, 28, 1)",
        "model = build()",
    ),
}
"""Notebooks of several cells."""

TORCH_OWN = {
    "cells_in_a_list": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 10)
        self.cells = nn.ModuleList([nn.RNNCell(28, 8), nn.RNNCell(8, 8), nn.RNNCell(8, 8)])

    def forward(self, x):
        states = [x.new_zeros(len(x), 8) for _ in self.cells]
        for row in x.unbind(1):
            for layer, cell in enumerate(self.cells):
                states[layer] = row = cell(row, states[layer])
        return self.fc(row)

model = Net()
""",
    "einsum": """
class Layer(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.W = nn.Parameter(torch.randn(inputs, units) / inputs**0.5)
        self.U = nn.Parameter(torch.randn(units, units) / units**0.5)
        self.b = nn.Parameter(torch.zeros(units))

    def forward(self, x):
        h = torch.zeros(x.size(0), self.U.size(0), dtype=x.dtype)
        steps = []
        for t in range(x.size(1)):
            h = torch.tanh(torch.einsum("bi,ij->bj", x[:, t], self.W) + torch.einsum("bi,ij->bj", h, self.U) + self.b)
            steps.append(h)
        return torch.stack(steps, dim=1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(Layer(28, 8), Layer(8, 8), Layer(8, 8))
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        return self.head(self.body(x)[:, -1])

model = Net()
""",
    "made_backwards": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(8, 10)
        self.top = nn.RNN(8, 8, batch_first=True)
        self.middle = nn.RNN(8, 8, batch_first=True)
        self.bottom = nn.RNN(28, 8, batch_first=True)

    def forward(self, x):
        x, _ = self.bottom(x)
        x, _ = self.middle(x)
        return self.out(self.top(x)[1].squeeze(0))

model = Net()
""",
    "packed": """
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        packed, _ = self.rnn(pack_padded_sequence(x, torch.full((len(x),), 28), batch_first=True))
        y, lengths = pad_packed_sequence(packed, batch_first=True)
        return self.fc(y[torch.arange(len(y)), lengths - 1])

model = Net()
""",
    "state_required": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x, h):
        y, h = self.rnn(x, h)
        return self.fc(y[:, -1]), h

model = Net()
y, h = model(torch.rand(5, 28, 28), torch.zeros(3, 5, 8))
""",
    "steps_first": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):  # steps, batch, pixels
        return self.fc(self.rnn(x)[0][-1])

model = Net()
model(torch.rand(64, 28, 28).transpose(0, 1))
""",
    "input_checked": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        assert x.min() >= 0 and x.max() <= 1, "pixels lie between 0 and 1"
        return self.fc(self.rnn(x)[0][:, -1])

model = Net()
""",
    "dataclass_of_two": """
from dataclasses import dataclass

@dataclass
class Answer:
    probabilities: torch.Tensor
    logits: torch.Tensor

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        logits = self.fc(self.rnn(x)[0][:, -1])
        return Answer(F.softmax(logits, dim=1), logits)

model = Net()
""",
    "compiled": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])

model = torch.compile(Net())
""",
    "pruned_nothing": """
from torch.nn.utils import prune

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.fc = prune.identity(nn.Linear(8, 10), "weight")

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])

model = Net()
""",
    "subclass_of_rnn": """
class Net(nn.RNN):
    def __init__(self):
        super().__init__(28, 8, num_layers=3, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        steps, _ = super().forward(x)
        return self.fc(steps[:, -1])

model = Net()
""",
}
"""Models written in other ways, in PyTorch."""
KERAS_OWN = {
    "own_layer": """
class Recurrent(layers.Layer):
    def __init__(self, units, whole):
        super().__init__()
        self.units, self.whole = units, whole

    def build(self, shape):
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal")
        self.W = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_uniform")

    def call(self, x):
        h = ops.zeros((ops.shape(x)[0], self.units))
        steps = []
        for t in range(x.shape[1]):
            h = ops.tanh(x[:, t] @ self.W + h @ self.U + self.b)
            steps.append(h)
        return ops.stack(steps, axis=1) if self.whole else h

model = keras.Sequential([
    keras.Input((28, 28)), Recurrent(10, True), Recurrent(10, True), Recurrent(10, False), layers.Dense(10),
])
""",
    "two_answers": """
x = keras.Input((28, 28))
h = layers.RNN([layers.SimpleRNNCell(10) for _ in range(3)])(x)
logits = layers.Dense(10, name="logits")(h)
model = keras.Model(x, {"probabilities": layers.Softmax()(logits), "logits": logits})
""",
    "subclass_made_backwards": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = layers.Dense(10, activation="softmax")
        self.top = layers.SimpleRNN(10)
        self.middle = layers.SimpleRNN(10, return_sequences=True)
        self.bottom = layers.SimpleRNN(10, return_sequences=True)

    def call(self, x):
        return self.out(self.top(self.middle(self.bottom(x))))

model = Net()
model(np.zeros((1, 28, 28), "float32"))
""",
    "unrolled": """
model = keras.Sequential()
model.add(keras.Input((28, 28), name="rows"))
model.add(layers.SimpleRNN(10, return_sequences=True, unroll=True, name="abajo"))
model.add(layers.SimpleRNN(10, return_sequences=True, unroll=True, name="medio"))
model.add(layers.SimpleRNN(10, unroll=True, name="arriba"))
model.add(layers.Dense(10, name="clases"))
model.add(layers.Activation("softmax", name="probabilidades"))
""",
    "half_precision": """
keras.config.set_dtype_policy("float16")
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.SimpleRNN(10, return_sequences=True), layers.SimpleRNN(10, return_sequences=True), layers.SimpleRNN(10),
    layers.Dense(10, activation="softmax"),
])
""",
}
"""Models written in other ways, in Keras."""
LAST = "self.fc(self.rnn(x)[0][:, -1])"
STACK = "self.rnn = nn.RNN(28, hidden, num_layers=3, batch_first=True)"
TORCH_FORWARDS = {
    "first_step": "self.fc(self.rnn(x)[0][:, 0])",
    "mean_of_steps": "self.fc(self.rnn(x)[0].mean(1))",
    "largest_step": "self.fc(self.rnn(x)[0].max(1).values)",
    "all_steps": "self.fc(self.rnn(x)[0])",
    "reversed": "self.fc(self.rnn(x.flip(1))[0][:, -1])",
    "columns": "self.fc(self.rnn(x.transpose(1, 2))[0][:, -1])",
    "first_layer_state": "self.fc(self.rnn(x)[1][0])",
    "activated": "torch.relu(self.fc(self.rnn(x)[0][:, -1]))",
    "doubled": "2 * self.fc(self.rnn(x)[0][:, -1])",
    "softmax_twice": "self.fc(self.rnn(x)[0][:, -1]).softmax(-1).softmax(-1)",
    "last_but_one": "self.fc(self.rnn(x)[0][:, -2])",
    "residual": "self.fc(self.rnn(x)[0][:, -1] + self.rnn(x)[0][:, 0])",
    "detached": "self.fc(self.rnn(x)[0][:, -1].detach())",
    "constant": "self.fc(torch.zeros(len(x), 8))",
    "noisy": "self.fc(self.rnn(x)[0][:, -1]) + torch.randn(len(x), 10)",
    "clipped": "self.fc(self.rnn(x)[0][:, -1]).clamp(-0.1, 0.1)",
    "sigmoid": "self.fc(self.rnn(x)[0][:, -1]).sigmoid()",
    "half_of_the_image": "self.fc(self.rnn(x[:, :14])[0][:, -1])",
}
TORCH_LAYERS = {
    "two_layers": "self.rnn = nn.RNN(28, hidden, num_layers=2, batch_first=True)",
    "four_layers": "self.rnn = nn.RNN(28, hidden, num_layers=4, batch_first=True)",
    "relu": "self.rnn = nn.RNN(28, hidden, num_layers=3, batch_first=True, nonlinearity='relu')",
    "lstm": "self.rnn = nn.LSTM(28, hidden, num_layers=3, batch_first=True)",
    "gru": "self.rnn = nn.GRU(28, hidden, num_layers=3, batch_first=True)",
    "without_bias": "self.rnn = nn.RNN(28, hidden, num_layers=3, batch_first=True, bias=False)",
    "steps_first": "self.rnn = nn.RNN(28, hidden, num_layers=3)",
    "frozen": STACK + "\n        self.rnn.requires_grad_(False)",
}
TORCH_SIZES = {
    "six_units": ("hidden=8", "hidden=6"),
    "sixteen_units": ("hidden=8", "hidden=16"),
    "nine_classes": ("nn.Linear(hidden, 10)", "nn.Linear(hidden, 9)"),
    "hundred_classes": ("nn.Linear(hidden, 10)", "nn.Linear(hidden, 100)"),
    "no_bias_at_the_end": ("nn.Linear(hidden, 10)", "nn.Linear(hidden, 10, bias=False)"),
    "dense_twice": ("nn.Linear(hidden, 10)", "nn.Sequential(nn.Linear(hidden, hidden), nn.Linear(hidden, 10))"),
    "activated_twice": ("nn.Linear(hidden, 10)", "nn.Sequential(nn.Tanh(), nn.Linear(hidden, 10))"),
    "dropout_left_on": ("self.rnn(x)[0][:, -1]", "nn.functional.dropout(self.rnn(x)[0][:, -1])"),
}
THREE = "layers.SimpleRNN(10),"
TORCH_EDITS = {
    **{name: (LAST, code) for name, code in TORCH_FORWARDS.items()},
    **{name: (STACK, code) for name, code in TORCH_LAYERS.items()},
    **TORCH_SIZES,
}
KERAS_EDITS = {
    "relu": (THREE, "layers.SimpleRNN(10, activation='relu'),"),
    "linear": (THREE, "layers.SimpleRNN(10, activation='linear'),"),
    "sigmoid": (THREE, "layers.SimpleRNN(10, activation='sigmoid'),"),
    "backwards": (THREE, "layers.SimpleRNN(10, go_backwards=True),"),
    "without_bias": (THREE, "layers.SimpleRNN(10, use_bias=False),"),
    "lstm": (THREE, "layers.LSTM(10),"),
    "gru": (THREE, "layers.GRU(10),"),
    "bidirectional": (THREE, "layers.Bidirectional(layers.SimpleRNN(5)),"),
    "all_steps": (THREE, "layers.SimpleRNN(10, return_sequences=True),"),
    "averaged": (THREE, "layers.SimpleRNN(10, return_sequences=True),\n        layers.GlobalAveragePooling1D(),"),
    "largest": (THREE, "layers.SimpleRNN(10, return_sequences=True),\n        layers.GlobalMaxPooling1D(),"),
    "flattened": (THREE, "layers.SimpleRNN(10, return_sequences=True),\n        layers.Flatten(),"),
    "missing": (THREE, ""),
    "one_more": (THREE, "layers.SimpleRNN(10, return_sequences=True),\n        layers.SimpleRNN(10),"),
    "nine_units": (THREE, "layers.SimpleRNN(9),"),
    "frozen": (THREE, "layers.SimpleRNN(10, trainable=False),"),
    "normalised": (THREE, THREE + "\n        layers.LayerNormalization(),"),
    "sigmoid_out": ("softmax", "sigmoid"),
    "relu_out": ("softmax", "relu"),
    "twenty_classes": ("layers.Dense(10, activation", "layers.Dense(20, activation"),
    "scaled": ("keras.Input((28, 28)),", "keras.Input((28, 28)),\n        layers.Rescaling(0.5),"),
    "permuted": ("keras.Input((28, 28)),", "keras.Input((28, 28)),\n        layers.Permute((2, 1)),"),
    "cropped": ("keras.Input((28, 28)),", "keras.Input((28, 28)),\n        layers.Cropping1D((4, 0)),"),
    "softmax_twice": (
        'layers.Dense(10, activation="softmax"),',
        'layers.Dense(10, activation="softmax"),\n        layers.Softmax(),',
    ),
    "masked": ("keras.Input((28, 28)),", "keras.Input((28, 28)),\n        layers.Masking(0.0),"),
    "noise_left_on": (THREE, THREE + "\n        layers.Lambda(lambda x: x + keras.random.normal(keras.ops.shape(x))),"),
}


def _made(framework: str, before: str = "", after: str = "") -> Work:
    """A notebook of one cell: the class or function that builds the stack, and then a model."""
    source, made = (TORCH, "Net()") if framework == "torch" else (KERAS, "build()")
    return Work(cells=(source + before + (after or f"\nmodel = {made}"),))


RIGHT: dict[str, Work] = {
    **{f"torch_{name}": _made("torch", after=code.replace("MAKE", "Net()")) for name, code in HOLDERS.items()},
    **{f"keras_{name}": _made("keras", after=code.replace("MAKE", "build()")) for name, code in HOLDERS.items()},
    **{name: _made("torch", code) for name, code in NAMES.items()},
    **{
        name: Work(cells=(TORCH.replace("return self.fc(self.rnn(x)[0][:, -1])", code) + "\nmodel = Net()",))
        for name, code in FORWARDS.items()
    },
    **{name: _made(framework, code) for name, (framework, code) in STATES.items()},
    **{name: _made(framework, after=code) for name, (framework, code) in AFTERWARDS.items()},
    **{name: Work(cells=(OLD_KERAS, code)) for name, code in OLD.items()},
    **{name: Work(cells=cells) for name, cells in CELLS.items()},
    **torch_works({f"own_{name}": code for name, code in TORCH_OWN.items()}),
    **keras_works({f"own_{name}": code for name, code in KERAS_OWN.items()}),
}
"""Every point is due to them."""
WRONG: dict[str, Work] = {
    f"{framework}_{name}": Work(cells=(source + f"\nmodel = {made}",))
    for framework, source, made, edits in (
        ("torch", TORCH, "Net()", TORCH_EDITS),
        ("keras", KERAS, "build()", KERAS_EDITS),
    )
    for name, source in replaced(source, edits).items()
}
"""Each has a mistake that must cost something."""
