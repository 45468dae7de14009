import torch
from torch import nn


class GAN(nn.Module):
    """Both networks, which nothing else holds; the noise goes through both."""

    def __init__(self, size: int = 16):
        super().__init__()
        self.generator = nn.Sequential(
            nn.Linear(size, 16 * 7 * 7),
            nn.Unflatten(1, (16, 7, 7)),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 8, 4, 2, 1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 4, 2, 1),
            nn.Tanh(),
        )
        self.discriminator = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8, 16, 4, 2, 1),
            nn.BatchNorm2d(16),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Flatten(),
            nn.Linear(16 * 7 * 7, 1),
        )

    def forward(self, noise):
        return self.discriminator(self.generator(noise))


gan = GAN()
print(gan(torch.randn(4, 16)).shape)
