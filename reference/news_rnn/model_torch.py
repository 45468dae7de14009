"""News classified into four subjects by recurrent networks over words, in PyTorch.

The models read the numbers of words, `(batch, T)` int64, that a `Vectorizer` makes of texts: 0 fills the shorter texts
up at their end, 1 is a word that the vectorizer doesn't know. They answer probabilities, as in Keras, so they train
with `nn.NLLLoss` on their logarithm. Source of every model here: course notebook "Redes neuronales
recurrentes" (Microsoft), which trains on AG News, carried over from Keras.
"""

import string
from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

VOCABULARY = 20000  # counts the padding and the unknown word
PADDING, UNKNOWN = 0, 1


class Vectorizer:
    """Turn texts into the numbers of their words, as Keras's `TextVectorization` does.

    Texts are put in lower case, stripped of punctuation and split at white space. The most frequent words of `texts`
    get the numbers from 2 on; words as frequent as each other stand in reverse alphabetical order, as in Keras, whose
    lower case, unlike Python's, leaves letters outside ASCII alone.
    """

    def __init__(self, texts: Sequence[str], max_tokens: int = VOCABULARY) -> None:
        counts = Counter(word for text in texts for word in self.split(text))
        words = sorted(counts, key=lambda word: (counts[word], word), reverse=True)[: max_tokens - 2]
        self.numbers = {word: number for number, word in enumerate(words, start=2)}

    @staticmethod
    def split(text: str) -> list[str]:
        """Answer the words of a text."""
        return text.lower().translate(str.maketrans("", "", string.punctuation)).split()

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Answer `(batch, T)` int64, T being the words of the longest text, at least one."""
        rows = [[self.numbers.get(word, UNKNOWN) for word in self.split(text)] for text in texts]
        return pad_sequence([torch.tensor(row or [PADDING]) for row in rows], batch_first=True, padding_value=PADDING)


def last_output(state: Tensor | tuple[Tensor, Tensor]) -> Tensor:
    """The last output in each direction, `(batch, directions × hidden)`, from what a recurrent layer ends in."""
    hidden = state[0] if isinstance(state, tuple) else state  # an LSTM has a cell state too
    return torch.cat(hidden.unbind(), dim=-1)


class NewsClassifier(nn.Module):
    """An embedding, recurrent layers in a row and a softmax over the four subjects.

    Input `(batch, T)` int64; output `(batch, 4)` float32 probabilities. The layers read the padding as any word.
    """

    def __init__(self, embedding_size: int, *layers: nn.RNNBase) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, embedding_size)
        self.layers = nn.ModuleList(layers)
        directions = 2 if layers[-1].bidirectional else 1
        self.classifier = nn.Linear(directions * layers[-1].hidden_size, 4)

    def read(self, ids: Tensor) -> Tensor:
        """Answer the last output of the last layer."""
        sequence = self.embedding(ids)
        for layer in self.layers:
            sequence, state = layer(sequence)
        return last_output(state)

    def forward(self, ids: Tensor) -> Tensor:
        return torch.softmax(self.classifier(self.read(ids)), dim=-1)


class MaskedNewsClassifier(NewsClassifier):
    """The same, skipping the padding: what `mask_zero=True` is in Keras.

    A packed sequence ends each row at its own last word. As many words are read as there are numbers other than 0, so
    padding must stand at the end. PyTorch packs no empty row: one counts as a single word, and its output is then set
    to zero, the state in which Keras leaves a row that is masked from end to end.
    """

    def read(self, ids: Tensor) -> Tensor:
        words = (ids != PADDING).sum(dim=1)
        sequence = pack_padded_sequence(
            self.embedding(ids), words.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False
        )
        for layer in self.layers:
            sequence, state = layer(sequence)
        return last_output(state) * (words > 0).unsqueeze(1)


def build_news_rnn() -> nn.Module:
    """A simple recurrent layer over all the numbers, the padding too.

    Input `(batch, T)` int64 in [0, 20000); output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 1312 + 68 = 1281380: a simple layer has `hidden × (inputs + hidden + 2)`.
    In the notebook .7995 validation accuracy on the titles of AG News, after an epoch of Adam with batches of 16.
    """
    return NewsClassifier(64, nn.RNN(64, 16, batch_first=True))


def build_news_rnn_masked() -> nn.Module:
    """The same layers, which skip the padding; for titles and descriptions together.

    Input `(batch, T)` int64 in [0, 20000); output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 1312 + 68 = 1281380.
    In the notebook .8822 validation accuracy on AG News, after an epoch of Adam with batches of 16.
    """
    return MaskedNewsClassifier(64, nn.RNN(64, 16, batch_first=True))


def build_news_lstm() -> nn.Module:
    """An LSTM of 8 units over all the numbers: its gates cope with the padding.

    Input `(batch, T)` int64 in [0, 20000); output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 2368 + 36 = 1282404: an LSTM has `4 × hidden × (inputs + hidden + 2)`.
    In the notebook .8870 validation accuracy on AG News, after an epoch of Adam with batches of 8.
    """
    return NewsClassifier(64, nn.LSTM(64, 8, batch_first=True))


def build_news_bilstm() -> nn.Module:
    """Two layers of LSTM in both directions, which skip the padding.

    Input `(batch, T)` int64 in [0, 20000); output `(batch, 4)` float32 probabilities.
    Parameters 2560000 + 99328 + 99328 + 516 = 2759172. The notebook saved no accuracy.
    """
    return MaskedNewsClassifier(
        128,
        nn.LSTM(128, 64, batch_first=True, bidirectional=True),
        nn.LSTM(128, 64, batch_first=True, bidirectional=True),
    )
