"""Wrong three-layer stacks, each with the check that must take points."""

from __future__ import annotations

from tests.fair.right import KERAS, TORCH

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
WRONG: dict[str, str] = {
    **{f"torch_{name}": TORCH.replace(LAST, code) + "model = Net()" for name, code in TORCH_FORWARDS.items()},
    **{f"torch_{name}": TORCH.replace(STACK, code) + "model = Net()" for name, code in TORCH_LAYERS.items()},
    **{f"torch_{name}": TORCH.replace(*edit) + "model = Net()" for name, edit in TORCH_SIZES.items()},
    **{f"keras_{name}": KERAS.replace(*edit) + "model = build()" for name, edit in KERAS_EDITS.items()},
}
"""By name."""
