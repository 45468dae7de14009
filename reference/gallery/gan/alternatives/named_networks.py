import torch
from torch import nn


def make_generator():
    return nn.Sequential(
        nn.Linear(16, 16 * 7 * 7),
        nn.Unflatten(1, (16, 7, 7)),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        nn.Tanh(),
    )


def make_discriminator():
    features = nn.Sequential(
        nn.Conv2d(1, 8, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 16, 4, stride=2, padding=1),
        nn.BatchNorm2d(16),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
    )
    return nn.Sequential(features, nn.Flatten(), nn.Linear(16 * 7 * 7, 1), nn.Sigmoid())


class Training(nn.Module):
    """Trains both networks; it has no `forward`."""

    def __init__(self):
        super().__init__()
        self.networks = nn.ModuleDict({"g": make_generator(), "judges": nn.ModuleList([make_discriminator()])})
        generator, judges = self.networks["g"], self.networks["judges"]
        self.optimizers = [torch.optim.Adam(each.parameters(), 2e-4) for each in (generator, judges)]

    def step(self, real):
        generator, judge = self.networks["g"], self.networks["judges"][0]
        fake = generator(torch.randn(len(real), 16))
        for optimizer, sign, images in zip(self.optimizers, (-1, 1), (fake, fake.detach())):
            optimizer.zero_grad()
            (sign * judge(images).mean() + max(sign, 0) * (1 - judge(real)).mean()).backward()
            optimizer.step()


training = Training()
for _ in range(3):
    training.step(torch.rand(8, 1, 28, 28) * 2 - 1)
