"""News classified by recurrent layers over words: titles, a mask over the padding, an LSTM, two directions stacked."""

from __future__ import annotations

from tests.fair.works.work import KERAS, TORCH, Work, keras_works, replaced, torch_works

TITLES = """
class Net(nn.Module):
    def __init__(self, words=20000):
        super().__init__()
        self.emb = nn.Embedding(words, 64)
        self.rnn = nn.RNN(64, 16, batch_first=True)
        self.fc = nn.Linear(16, 4)

    def forward(self, ids):
        out, h = self.rnn(self.emb(ids))
        return self.fc(out[:, -1])

model = Net()
"""
WORDS = """
import re
from collections import Counter
import tensorflow_datasets as tfds

def tokenize(text):
    return re.findall(r"[a-z0-9']+", text.lower())

rows = tfds.as_numpy(tfds.load("ag_news_subset", split="train"))
train = [(row["title"].decode(), int(row["label"])) for row in rows]
counts = Counter(word for text, _ in train for word in tokenize(text))
vocab = {"<pad>": 0, "<unk>": 1}
for word, _ in counts.most_common():
    vocab[word] = len(vocab)

def encode(text):
    return torch.tensor([vocab.get(word, 1) for word in tokenize(text)] or [0])
"""
TITLES_TORCH = {
    "padding_idx": TITLES.replace("nn.Embedding(words, 64)", "nn.Embedding(words, 64, padding_idx=0)"),
    "deque": TITLES.replace("model = Net()", "from collections import deque\nnets = deque()\nnets.append(Net())"),
    "local_of_main": TITLES.replace("model = Net()", "def main():\n    model = Net()\n    model.eval()\n\nmain()"),
    "scripted": TITLES + "model = torch.jit.script(model)\n",
    "compiled": TITLES + "model = torch.compile(model)\n",
    "half": TITLES + "model = model.half()\n",
    "bfloat16": TITLES + "model = model.bfloat16()\n",
    "float64": TITLES + "model = model.double()\n",
    "ids_checked": TITLES.replace(
        "        out,",
        "        assert ids.min() >= 0 and ids.max() < 20000\n        assert ids.dtype == torch.long\n        out,",
    ),
    "ids_made_long": TITLES.replace("self.emb(ids)", "self.emb(ids.long())"),
    "dictionary": TITLES.replace("return self.fc(out[:, -1])", "return {'states': out, 'logits': self.fc(h[0])}"),
    "logits_and_probabilities": TITLES.replace(
        "return self.fc(out[:, -1])", "logits = self.fc(h[0])\n        return logits, logits.softmax(dim=-1)"
    ),
    "probabilities_and_logits": TITLES.replace(
        "return self.fc(out[:, -1])", "logits = self.fc(h[0])\n        return logits.softmax(dim=-1), logits"
    ),
    "state_required": TITLES.replace("forward(self, ids)", "forward(self, ids, hidden)")
    .replace("self.rnn(self.emb(ids))", "self.rnn(self.emb(ids), hidden)")
    .replace("return self.fc(out[:, -1])", "return self.fc(out[:, -1]), h")
    + "logits, hidden = model(torch.ones(2, 7, dtype=torch.long), torch.zeros(1, 2, 16))\n",
    "steps_first": TITLES.replace(", batch_first=True", "").replace("out[:, -1]", "out[-1]")
    + "answers = model(torch.ones(7, 3, dtype=torch.long))  # words, batch\n"
    "F.cross_entropy(answers, torch.tensor([0, 1, 2])).backward()\n"
    "torch.optim.SGD(model.parameters(), 0.1).step()\n",
    "lengths_unused": TITLES.replace("forward(self, ids)", "forward(self, ids, lengths=None)"),
    "words_counted": WORDS
    + TITLES.replace("model = Net()", "model = Net(len(vocab))\nprint(model(encode(train[0][0])[None]).shape)"),
    "two_words_more": TITLES.replace("words=20000", "words=20002"),
    "cell_in_a_loop": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 4)
        self.cell = nn.RNNCell(64, 16)
        self.emb = nn.Embedding(20000, 64)

    def forward(self, ids):
        h = torch.zeros(ids.size(0), 16)
        for t in range(ids.size(1)):
            h = self.cell(self.emb(ids[:, t]), h)
        return F.log_softmax(self.fc(h), dim=1)

model = Net()
""",
    "by_hand": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.randn(20000, 64))
        self.Wxh = nn.Linear(64, 16)
        self.Whh = nn.Linear(16, 16, bias=False)
        self.Why = nn.Linear(16, 4)

    def forward(self, ids):
        x = F.embedding(ids, self.table)
        h = torch.zeros(len(ids), 16)
        for word in x.unbind(1):
            h = torch.tanh(self.Wxh(word) + self.Whh(h))
        return self.Why(h)

model = Net()
""",
    "concatenated_input": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20000, 64)
        self.i2h = nn.Linear(64 + 16, 16)
        self.h2o = nn.Linear(16, 4)

    def forward(self, ids):
        hidden = torch.zeros(ids.shape[0], 16)
        for t in range(ids.shape[1]):
            combined = torch.cat((self.embedding(ids[:, t]), hidden), 1)
            hidden = torch.tanh(self.i2h(combined))
        return self.h2o(hidden)

model = Net()
""",
    "texts": """
class Net(nn.Module):
    def __init__(self, words=20000):
        super().__init__()
        self.numbers = {"wall": 2, "street": 3, "game": 4, "team": 5}
        self.emb = nn.Embedding(words, 64)
        self.rnn = nn.RNN(64, 16, batch_first=True)
        self.fc = nn.Linear(16, 4)

    def encode(self, texts):
        rows = [torch.tensor([self.numbers.get(w, 1) for w in str(text).lower().split()] or [0]) for text in texts]
        return nn.utils.rnn.pad_sequence(rows, batch_first=True)

    def forward(self, texts):
        ids = texts if torch.is_tensor(texts) else self.encode(texts)
        return self.fc(self.rnn(self.emb(ids))[0][:, -1])

model = Net()
print(model(["Wall Street falls", "the team wins"]))
""",
}
MASKED = """
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

class Net(nn.Module):
    def __init__(self, words=20000):
        super().__init__()
        self.emb = nn.Embedding(words, 64, padding_idx=0)
        self.rnn = nn.RNN(64, 16, batch_first=True)
        self.fc = nn.Linear(16, 4)

    def forward(self, ids):
        lengths = (ids != 0).sum(1).clamp(min=1).cpu()
        packed = pack_padded_sequence(self.emb(ids), lengths, batch_first=True, enforce_sorted=False)
        out, h = self.rnn(packed)
        return self.fc(h[-1])

model = Net()
"""
MASKED_TORCH = {
    "unpacked_again": MASKED.replace(
        "return self.fc(h[-1])",
        "out, lengths = pad_packed_sequence(out, batch_first=True)\n"
        "        return self.fc(out[torch.arange(len(out)), lengths - 1])",
    ),
    "sorted_by_hand": MASKED.replace(
        "        packed = pack_padded_sequence(self.emb(ids), lengths, batch_first=True, enforce_sorted=False)",
        "        lengths, order = lengths.sort(descending=True)\n"
        "        packed = pack_padded_sequence(self.emb(ids[order]), lengths, batch_first=True)",
    ).replace("return self.fc(h[-1])", "return self.fc(h[-1][order.argsort()])"),
    "last_word_gathered": MASKED.replace("out, h = self.rnn(packed)", "out, h = self.rnn(self.emb(ids))").replace(
        "return self.fc(h[-1])", "return self.fc(out[torch.arange(len(ids)), lengths - 1])"
    ),
    "lengths_required": MASKED.replace("forward(self, ids)", "forward(self, ids, lengths)").replace(
        "        lengths = (ids != 0).sum(1).clamp(min=1).cpu()\n", ""
    )
    + "print(model(torch.ones(2, 5, dtype=torch.long), torch.tensor([5, 5])).shape)\n",
    "words_counted": WORDS + MASKED.replace("model = Net()", "model = Net(words=len(vocab))"),
    "mask_by_hand": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(20000, 64)
        self.cell = nn.RNNCell(64, 16)
        self.fc = nn.Linear(16, 4)

    def forward(self, ids):
        mask = (ids > 0).float().unsqueeze(-1)
        x = self.emb(ids)
        h = x.new_zeros(len(ids), 16)
        for t in range(ids.size(1)):
            h = mask[:, t] * self.cell(x[:, t], h) + (1 - mask[:, t]) * h
        return {"probabilities": F.softmax(self.fc(h), -1)}

model = Net()
""",
}
LSTM = """
class Net(nn.Module):
    def __init__(self, words=20000):
        super().__init__()
        self.embedding = nn.Embedding(words, 64)
        self.lstm = nn.LSTM(64, 8, batch_first=True)
        self.linear = nn.Linear(8, 4)

    def forward(self, ids):
        out, (h, c) = self.lstm(self.embedding(ids))
        return self.linear(h[-1])

model = Net()
"""
LSTM_TORCH = {
    "class_attribute": LSTM.replace("model = Net()", "class Experiment:\n    net = Net()"),
    "closure": LSTM.replace(
        "model = Net()", "def fit():\n    net = Net()\n    return lambda x: net(x)\n\npredict = fit()"
    ),
    "named_tuple": LSTM.replace(
        "class Net",
        "import typing\n\nclass Out(typing.NamedTuple):\n    cell: object\n    logits: object\n\nclass Net",
    ).replace("return self.linear(h[-1])", "return Out(c, self.linear(out[:, -1]))"),
    "state_required": LSTM.replace("forward(self, ids)", "forward(self, ids, state)").replace(
        "self.lstm(self.embedding(ids))", "self.lstm(self.embedding(ids), state)"
    )
    + "print(model(torch.ones(2, 7, dtype=torch.long), (torch.zeros(1, 2, 8), torch.zeros(1, 2, 8))).shape)\n",
    "init_hidden": LSTM.replace(
        "    def forward",
        "    def init_hidden(self, n):\n        return torch.zeros(1, n, 8), torch.zeros(1, n, 8)\n\n    def forward",
    ).replace("self.lstm(self.embedding(ids))", "self.lstm(self.embedding(ids), self.init_hidden(len(ids)))"),
    "words_counted": WORDS + LSTM.replace("model = Net()", "model = Net(len(vocab))"),
    "gates_by_hand": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 4)
        self.hidden = nn.Linear(8, 32, bias=False)
        self.word = nn.Linear(64, 32)
        self.embedding = nn.Embedding(20000, 64)

    def forward(self, ids):
        h = c = torch.zeros(len(ids), 8)
        for x in self.embedding(ids).unbind(1):
            i, f, g, o = torch.split(self.word(x) + self.hidden(h), 8, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return self.linear(h)

model = Net()
""",
}
BOTH = """
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20000, 128, padding_idx=0)
        self.lstm = nn.LSTM(128, 64, num_layers=2, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(128, 4)

    def forward(self, ids):
        lengths = ids.ne(0).sum(1).clamp(min=1).cpu()
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        out, (h, c) = self.lstm(packed)
        return self.fc(torch.cat((h[-2], h[-1]), dim=1))

model = Net()
"""
BOTH_TORCH = {
    "two_in_one": BOTH,
    "two_layers": BOTH.replace(
        "self.lstm = nn.LSTM(128, 64, num_layers=2, batch_first=True, bidirectional=True)",
        "self.top = nn.LSTM(128, 64, batch_first=True, bidirectional=True)\n"
        "        self.bottom = nn.LSTM(128, 64, batch_first=True, bidirectional=True)",
    ).replace("self.lstm(packed)", "self.top(self.bottom(packed)[0])"),
    "ends_gathered": BOTH.replace(
        "return self.fc(torch.cat((h[-2], h[-1]), dim=1))",
        "out, lengths = pad_packed_sequence(out, batch_first=True)\n"
        "        ahead = out[torch.arange(len(out)), lengths - 1, :64]\n"
        "        return F.softmax(self.fc(torch.cat((ahead, out[:, 0, 64:]), dim=1)), dim=1)",
    ),
}
KERAS_TITLES = """
model = keras.Sequential([
    keras.Input((None,), dtype="int32"),
    layers.Embedding(20000, 64),
    layers.SimpleRNN(16),
    layers.Dense(4, activation="softmax"),
])
"""
ADAPTED = """
import tensorflow as tf
import tensorflow_datasets as tfds
train = tfds.load("ag_news_subset", split="train")
vectorizer = layers.TextVectorization(max_tokens=20000)
vectorizer.adapt(train.take(500).map(lambda row: row["title"]))
"""
TITLES_KERAS = {
    "vectorizer_inside": ADAPTED
    + """
model = keras.models.Sequential([
    keras.Input((1,), dtype="string"), vectorizer, layers.Embedding(20000, 64), layers.SimpleRNN(16),
    layers.Dense(4, activation="softmax"),
])
""",
    "vectorizer_and_own_table": ADAPTED
    + """
model = keras.models.Sequential([
    keras.Input((1,), dtype="string"), vectorizer, layers.Embedding(len(vectorizer.get_vocabulary()), 64),
    layers.SimpleRNN(16), layers.Dense(4, activation="softmax"),
])
""",
    "vectorizer_before": ADAPTED
    + KERAS_TITLES
    + """
data = train.map(lambda row: (row["title"], row["label"])).batch(16).map(lambda x, y: (vectorizer(x), y))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=1, verbose=0)
""",
    "lookup": """
import tensorflow as tf

class Words(layers.Layer):
    def __init__(self):
        super().__init__()
        self.lookup = layers.StringLookup(vocabulary=["wall", "street", "team", "game"], mask_token="")

    def call(self, texts):
        return self.lookup(tf.strings.split(tf.strings.lower(tf.reshape(texts, [-1]))).to_tensor(""))

    def compute_output_spec(self, texts):
        return keras.KerasTensor((texts.shape[0], None), dtype="int64")

text = keras.Input((1,), dtype="string")
h = layers.SimpleRNN(16)(layers.Embedding(20000, 64)(Words()(text)))
model = keras.Model(text, layers.Dense(4, activation="softmax")(h))
print(model(tf.constant([["Wall Street falls"], ["a team"]])))
""",
    "lookup_of_words_of_any_number": """
import tensorflow as tf

class Words(layers.Layer):
    def __init__(self):
        super().__init__()
        self.lookup = layers.StringLookup(vocabulary=["wall", "street", "team", "game"])

    def call(self, texts):
        words = tf.strings.split(tf.strings.lower(tf.squeeze(texts, 1)))
        return self.lookup(words).to_tensor(0)

    def compute_output_spec(self, texts):
        return keras.KerasTensor((texts.shape[0], None), dtype="int64")

text = keras.Input((1,), dtype="string")
h = layers.SimpleRNN(16)(layers.Embedding(20000, 64)(Words()(text)))
model = keras.Model(text, layers.Dense(4, activation="softmax")(h))
print(model(tf.constant([["Wall Street falls"], ["a team"]])))
""",
    "two_answers": """
ids = keras.Input((None,), dtype="int64", name="ids")
logits = layers.Dense(4)(layers.SimpleRNN(16)(layers.Embedding(20000, 64)(ids)))
model = keras.Model(ids, {"logits": logits, "probabilities": layers.Softmax()(logits)})
""",
    "subclass": """
class News(keras.Model):
    def __init__(self):
        super().__init__()
        self.classify = layers.Dense(4, activation="softmax")
        self.cell = layers.RNN(layers.SimpleRNNCell(16))
        self.words = layers.Embedding(20000, 64)

    def call(self, ids, training=False):
        return self.classify(self.cell(self.words(ids)))

news = News()
news(np.ones((2, 9), "int32"))
""",
    "policy_float16": 'keras.config.set_dtype_policy("float16")\n' + KERAS_TITLES,
    "policy_mixed_bfloat16": 'keras.config.set_dtype_policy("mixed_bfloat16")\n' + KERAS_TITLES,
    "policy_float64": 'keras.config.set_dtype_policy("float64")\n' + KERAS_TITLES,
    "deque": KERAS_TITLES.replace("model = ", "import collections\nqueue = collections.deque()\nqueue.append(").rstrip()
    + ")\n",
}
MASKED_KERAS = {
    "mask_handed_over": """
ids = keras.Input((None,), dtype="int32")
mask = layers.Lambda(lambda i: ops.not_equal(i, 0))(ids)
h = layers.SimpleRNN(16)(layers.Embedding(20000, 64)(ids), mask=mask)
model = keras.Model(ids, layers.Dense(4, activation="softmax")(h))
""",
    "fixed_length": ADAPTED.replace("max_tokens=20000", "max_tokens=20000, output_sequence_length=60")
    + """
text = keras.Input((1,), dtype="string")
x = layers.Embedding(20000, 64, mask_zero=True)(vectorizer(text))
model = keras.Model(text, layers.Dense(4, activation="softmax")(layers.SimpleRNN(16)(x)))
""",
    "mask_by_hand": """
class Reader(layers.Layer):
    def __init__(self):
        super().__init__()
        self.cell = layers.SimpleRNNCell(16)
        self.words = layers.Embedding(20000, 64)

    def build(self, shape):
        self.words.build(shape)
        self.cell.build((None, 64))

    def call(self, ids):
        x = self.words(ids)
        h = ops.zeros((ops.shape(ids)[0], 16))
        def step(t, h):
            new, _ = self.cell(x[:, t], [h])
            return ops.where(ops.not_equal(ids[:, t], 0)[:, None], new, h)
        return ops.fori_loop(0, ops.shape(ids)[1], step, h)

model = keras.Sequential([keras.Input((None,), dtype="int32"), Reader(), layers.Dense(4, activation="softmax")])
""",
    "own_table": ADAPTED
    + """
table = layers.Embedding(vectorizer.vocabulary_size(), 64, mask_zero=True)
model = keras.Sequential([table, layers.SimpleRNN(16), layers.Dense(4)])
print(model(vectorizer(tf.constant(["oil prices fall", "a game"]))))
""",
}
LSTM_KERAS = {
    "functional": """
ids = keras.Input((None,), dtype="int32")
out, h, c = layers.LSTM(8, return_sequences=True, return_state=True)(layers.Embedding(20000, 64, name="tabla")(ids))
model = keras.Model(ids, layers.Dense(4, activation="softmax")(h))
""",
    "vectorizer_inside": ADAPTED
    + """
model = keras.models.Sequential()
model.add(keras.Input((1,), dtype=tf.string))
model.add(vectorizer)
model.add(layers.Embedding(20000, 64))
model.add(layers.LSTM(8))
model.add(layers.Dense(4, activation="softmax"))
""",
}
OLD_KERAS = """
from tensorflow import keras
vocab_size = 20000
vectorizer = keras.layers.experimental.preprocessing.TextVectorization(max_tokens=vocab_size, input_shape=(1,))
vectorizer.adapt(["wall street falls", "the team wins"])
model = keras.models.Sequential([
    vectorizer,
    keras.layers.Embedding(vocab_size, 64),
    keras.layers.LSTM(8),
    keras.layers.Dense(4, activation="softmax"),
])
"""
BOTH_KERAS = {
    "functional": """
ids = keras.Input((None,), dtype="int32")
x = layers.Embedding(20000, 128, mask_zero=True)(ids)
x = layers.Bidirectional(layers.LSTM(64, return_sequences=True), merge_mode="concat", name="uno")(x)
x = layers.Bidirectional(layers.LSTM(64), name="dos")(x)
model = keras.Model(ids, layers.Dense(4)(x))
""",
    "cells": """
def both(**options):
    return layers.Bidirectional(layers.RNN(layers.LSTMCell(64), **options))

model = keras.Sequential([
    keras.Input((None,), dtype="int64"),
    layers.Embedding(20000, 128, mask_zero=True),
    both(return_sequences=True),
    both(),
    layers.Dense(4, activation="softmax"),
])
""",
}
TOGETHER_TORCH = (
    TORCH
    + "models = {}\n"
    + "".join(
        f"{source}\nmodels['{name}'] = model\n"
        for name, source in (("both", BOTH), ("lstm", LSTM), ("masked", MASKED), ("titles", TITLES))
    )
)
TOGETHER_KERAS = (
    KERAS
    + TITLES_KERAS["two_answers"]
    + MASKED_KERAS["mask_handed_over"]
    + LSTM_KERAS["functional"]
    + BOTH_KERAS["functional"]
)
RIGHT: dict[str, Work] = {
    "torch_all_in_a_dictionary": Work(cells=(TOGETHER_TORCH,)),
    "keras_all_rebound": Work(cells=(TOGETHER_KERAS,)),
    "keras_old_vectorizer": Work(cells=(OLD_KERAS,), tasks=("news_lstm",)),
    **{
        f"{task}_{name}": work
        for task, torch, keras in (
            ("news_rnn", TITLES_TORCH, TITLES_KERAS),
            ("news_rnn_masked", MASKED_TORCH, MASKED_KERAS),
            ("news_lstm", LSTM_TORCH, LSTM_KERAS),
            ("news_bilstm", BOTH_TORCH, BOTH_KERAS),
        )
        for name, work in (torch_works(torch, task) | keras_works(keras, task)).items()
    },
}
"""Every point is due to them."""

WRONG_TORCH = {
    "news_rnn": replaced(
        TITLES,
        {
            "first_word": ("out[:, -1]", "out[:, 0]"),
            "mean_of_words": ("out[:, -1]", "out.mean(1)"),
            "largest_of_words": ("out[:, -1]", "out.max(1).values"),
            "batch_as_steps": (", batch_first=True", ""),
            "softmax_over_the_batch": ("self.fc(out[:, -1])", "self.fc(out[:, -1]).softmax(0)"),
            "softmax_twice": ("self.fc(out[:, -1])", "self.fc(out[:, -1]).softmax(1).softmax(1)"),
            "random_state": ("self.rnn(self.emb(ids))", "self.rnn(self.emb(ids), torch.randn(1, len(ids), 16))"),
            "words_folded": ("self.emb(ids)", "self.emb(ids % 1000)"),
            "words_clipped": ("self.emb(ids)", "self.emb(ids.clamp(max=5000))"),
            "words_sorted": ("self.emb(ids)", "self.emb(ids.sort(1).values)"),
            "first_ten_words": ("self.emb(ids)", "self.emb(ids[:, :10])"),
            "reversed": ("self.emb(ids)", "self.emb(ids.flip(1))"),
            "dropout_left_on": ("self.emb(ids)", "F.dropout(self.emb(ids), 0.1)"),
            "vectors_normalised": ("self.emb(ids)", "F.normalize(self.emb(ids), dim=-1)"),
            "vectors_squashed": ("self.emb(ids)", "torch.tanh(self.emb(ids))"),
            "relu": ("nn.RNN(64, 16,", "nn.RNN(64, 16, nonlinearity='relu',"),
            "short_vectors": ("64", "50"),
            "no_bias": ("nn.RNN(64, 16,", "nn.RNN(64, 16, bias=False,"),
        },
    ),
    "news_rnn_masked": replaced(
        MASKED,
        {
            "one_word_short": ("clamp(min=1)", "sub(1).clamp(min=1)"),
            "unpacked_last_step": (
                "return self.fc(h[-1])",
                "out, lengths = pad_packed_sequence(out, batch_first=True)\n        return self.fc(out[:, -1])",
            ),
            "rows_left_sorted": (
                "        packed = pack_padded_sequence(self.emb(ids), lengths, batch_first=True, enforce_sorted=False)",
                (
                    "        lengths, order = lengths.sort(descending=True)\n"
                    "        packed = pack_padded_sequence(self.emb(ids[order]), lengths, batch_first=True)"
                ),
            ),
            "all_rows_full": ("(ids != 0).sum(1).clamp(min=1).cpu()", "torch.full((len(ids),), ids.size(1))"),
        },
    )
    | replaced(
        MASKED_TORCH["mask_by_hand"],
        {
            "mask_turned": ("(ids > 0)", "(ids == 0)"),
            "state_set_to_zero": (" + (1 - mask[:, t]) * h", ""),
            "only_vectors_masked": (
                "h = mask[:, t] * self.cell(x[:, t], h) + (1 - mask[:, t]) * h",
                "h = self.cell(mask[:, t] * x[:, t], h)",
            ),
            "unknown_words_masked": ("(ids > 0)", "(ids > 1)"),
        },
    ),
    "news_lstm": replaced(
        LSTM,
        {
            "cell_state": ("h[-1]", "c[-1]"),
            "both": ("h[-1]", "h[-1] + c[-1]"),
            "masked_mean": (
                "h[-1]",
                "(out * (ids != 0).unsqueeze(-1)).sum(1) / (ids != 0).sum(1, keepdim=True).clamp(min=1)",
            ),
            "activated": ("self.linear(h[-1])", "self.linear(F.relu(h[-1]))"),
            "sigmoid": ("self.linear(h[-1])", "self.linear(h[-1]).sigmoid()"),
            "two_layers": ("nn.LSTM(64, 8,", "nn.LSTM(64, 8, num_layers=2,"),
            "gru_too": (
                "self.linear = nn.Linear(8, 4)",
                "self.linear = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4))",
            ),
        },
    )
    | replaced(
        LSTM_TORCH["gates_by_hand"],
        {"no_output_gate": ("o.sigmoid() * ", "")},
    ),
    "news_bilstm": replaced(
        BOTH,
        {
            "last_step_of_both": (
                "return self.fc(torch.cat((h[-2], h[-1]), dim=1))",
                (
                    "out, lengths = pad_packed_sequence(out, batch_first=True)\n"
                    "        return self.fc(out[torch.arange(len(out)), lengths - 1])"
                ),
            ),
            "lower_layer": ("(h[-2], h[-1])", "(h[0], h[1])"),
            "one_layer": ("num_layers=2, ", ""),
            "not_packed": ("self.lstm(packed)", "self.lstm(self.embedding(ids))"),
        },
    ),
}
WRONG_KERAS = {
    "news_rnn": replaced(
        KERAS_TITLES,
        {
            "masked": ("64)", "64, mask_zero=True)"),
            "mean_of_words": (
                "layers.SimpleRNN(16)",
                "layers.SimpleRNN(16, return_sequences=True), layers.GlobalAveragePooling1D()",
            ),
            "mean_of_vectors": (
                "layers.SimpleRNN(16)",
                "layers.GlobalAveragePooling1D(), layers.Dense(16, activation='tanh')",
            ),
            "relu": ("layers.SimpleRNN(16)", "layers.SimpleRNN(16, activation='relu')"),
            "reversed": ("layers.SimpleRNN(16)", "layers.SimpleRNN(16, go_backwards=True)"),
            "softmax_twice": ('activation="softmax")', 'activation="softmax"), layers.Softmax()'),
            "sigmoid": ("softmax", "sigmoid"),
            "dense_between": ("layers.SimpleRNN(16)", "layers.SimpleRNN(16), layers.Dense(16, activation='relu')"),
            "convolution_before": (
                "layers.SimpleRNN(16)",
                "layers.Conv1D(64, 3, padding='same'), layers.SimpleRNN(16)",
            ),
            "words_folded": ("layers.Embedding", "layers.Lambda(lambda i: i % 5000), layers.Embedding"),
            "five_classes": ("layers.Dense(4", "layers.Dense(5"),
        },
    ),
    "news_lstm": replaced(
        LSTM_KERAS["functional"],
        {
            "cell_state": ('"softmax")(h)', '"softmax")(c)'),
            "first_word": ('"softmax")(h)', '"softmax")(out[:, 0])'),
            "masked": ('name="tabla"', "mask_zero=True"),
            "softmax_over_the_batch": (
                'layers.Dense(4, activation="softmax")(h)',
                "layers.Softmax(axis=0)(layers.Dense(4)(h))",
            ),
        },
    ),
    "news_bilstm": replaced(
        BOTH_KERAS["functional"],
        {
            "summed": ('merge_mode="concat"', 'merge_mode="sum"'),
            "one_direction": ("layers.Bidirectional(layers.LSTM(64), name=", "layers.LSTM(128, name="),
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
