"""One block of a transformer encoder over words and their positions, and the logit that a review is good."""

import torch
from torch import nn

LENGTH, WORDS, WIDTH = 40, 1000, 16


class Classifier(nn.Module):
    """Attention of two heads and a network of 32 units, each with a shortcut and a norm behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.attention = nn.MultiheadAttention(WIDTH, 2, batch_first=True)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.network = nn.Sequential(nn.Linear(WIDTH, 32), nn.ReLU(), nn.Linear(32, WIDTH))
        self.norm2 = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, 1)

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        x = self.words(numbers) + self.positions(torch.arange(LENGTH))
        attended, _ = self.attention(x, x, x)
        x = self.norm1(x + attended)
        x = self.norm2(x + self.network(x))
        return self.head(x.mean(1))


def build_classifier() -> nn.Module:
    """Takes `(batch, 40)` numbers of words."""
    return Classifier()
