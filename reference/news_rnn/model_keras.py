"""News classified into four subjects by recurrent networks over words, in Keras.

The first layer of each model turns a text into the numbers of its words, `(batch, T)` with T the longest text of the
batch: 0 fills the shorter ones up, 1 is a word that the vectorizer doesn't know. `model.layers[1:]` read numbers.
Without a mask the network goes on reading the zeros; with `mask_zero=True` its state stands still over them. Source of
every model here: course notebook "Redes neuronales recurrentes" (Microsoft), which trains on AG News.
"""

from collections.abc import Sequence

import keras
from keras import layers

VOCABULARY = 20000  # counts the padding and the unknown word
SAMPLE = (  # enough for a model to work at once; adapt a vectorizer to real texts before training
    "Wall Street rallies as oil prices fall",
    "Champions win the final in extra time",
    "Scientists find water on a distant planet",
    "Leaders meet to sign a peace treaty",
)


def build_vectorizer(texts: Sequence[str] = SAMPLE) -> layers.TextVectorization:
    """Texts `(batch, 1)` → word numbers `(batch, T)` int64, the most frequent words of `texts` first, from 2 on."""
    vectorizer = layers.TextVectorization(max_tokens=VOCABULARY)
    vectorizer.adapt(list(texts))
    return vectorizer


def text_classifier(name: str, vectorizer: layers.Layer | None, *hidden: layers.Layer) -> keras.Model:
    """Put the hidden layers between the vectorizer and a softmax over the four subjects."""
    return keras.Sequential(
        [
            keras.Input((1,), dtype="string"),
            vectorizer or build_vectorizer(),
            *hidden,
            layers.Dense(4, activation="softmax"),
        ],
        name=name,
    )


def build_news_rnn(vectorizer: layers.Layer | None = None) -> keras.Model:
    """A simple recurrent layer over all the numbers, the padding too.

    Input `(batch, 1)` strings; output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 1296 + 68 = 1281364: a simple layer has `units × (inputs + units + 1)`.
    In the notebook .7995 validation accuracy on the titles of AG News, after an epoch of Adam with batches of 16.
    """
    return text_classifier("news_rnn", vectorizer, layers.Embedding(VOCABULARY, 64), layers.SimpleRNN(16))


def build_news_rnn_masked(vectorizer: layers.Layer | None = None) -> keras.Model:
    """The same layers, which skip the padding; for titles and descriptions together.

    Input `(batch, 1)` strings; output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 1296 + 68 = 1281364.
    In the notebook .8822 validation accuracy on AG News, after an epoch of Adam with batches of 16.
    """
    return text_classifier(
        "news_rnn_masked", vectorizer, layers.Embedding(VOCABULARY, 64, mask_zero=True), layers.SimpleRNN(16)
    )


def build_news_lstm(vectorizer: layers.Layer | None = None) -> keras.Model:
    """An LSTM of 8 units over all the numbers: its gates cope with the padding.

    Input `(batch, 1)` strings; output `(batch, 4)` float32 probabilities.
    Parameters 1280000 + 2336 + 36 = 1282372: an LSTM has `4 × units × (inputs + units + 1)`.
    In the notebook .8870 validation accuracy on AG News, after an epoch of Adam with batches of 8.
    """
    return text_classifier("news_lstm", vectorizer, layers.Embedding(VOCABULARY, 64), layers.LSTM(8))


def build_news_bilstm(vectorizer: layers.Layer | None = None) -> keras.Model:
    """Two layers of LSTM in both directions, which skip the padding.

    Input `(batch, 1)` strings; output `(batch, 4)` float32 probabilities.
    Parameters 2560000 + 98816 + 98816 + 516 = 2758148. The notebook saved no accuracy.
    """
    return text_classifier(
        "news_bilstm",
        vectorizer,
        layers.Embedding(VOCABULARY, 128, mask_zero=True),
        layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(64)),
    )
