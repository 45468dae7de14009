"""A generator and a discriminator of images of 28 × 28 pixels."""

import torch
from torch import nn


class Generator(nn.Module):
    """16 random numbers become a small image of 16 channels; two transposed convolutions double it."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Linear(16, 16 * 7 * 7)
        self.grow = nn.Sequential(
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        return self.grow(self.start(noise.flatten(1)).view(-1, 16, 7, 7))


def build_generator() -> nn.Module:
    """Returns pixels in [-1, 1]."""
    return Generator()


def build_discriminator() -> nn.Module:
    """Two convolutions that halve the image, and the logit of a real one."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 16, 4, stride=2, padding=1),
        nn.BatchNorm2d(16),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(16 * 7 * 7, 1),
    )
