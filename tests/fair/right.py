"""Right three-layer stacks in the styles and circumstances of students; each has all its points."""

from __future__ import annotations

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


def _after(framework: str, code: str) -> tuple[str, ...]:
    return ((TORCH if framework == "torch" else KERAS) + code,)


RIGHT: dict[str, tuple[str, ...]] = {
    **{f"torch_{name}": (TORCH + code.replace("MAKE", "Net()"),) for name, code in HOLDERS.items()},
    **{f"keras_{name}": (KERAS + code.replace("MAKE", "build()"),) for name, code in HOLDERS.items()},
    **{name: (TORCH + code + "\nmodel = Net()",) for name, code in NAMES.items()},
    **{
        name: (TORCH.replace("return self.fc(self.rnn(x)[0][:, -1])", code) + "\nmodel = Net()",)
        for name, code in FORWARDS.items()
    },
    **{
        name: _after(framework, f"{code}\nmodel = {'Net()' if framework == 'torch' else 'build()'}")
        for name, (framework, code) in STATES.items()
    },
    **{name: _after(framework, code) for name, (framework, code) in AFTERWARDS.items()},
    **{name: (OLD_KERAS, code) for name, code in OLD.items()},
    **CELLS,
}
"""All of them, by name."""
