from torch import nn


def init(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)


generator = nn.Sequential(
    nn.Flatten(),
    nn.Linear(16, 784),
    nn.Unflatten(1, (16, 7, 7)),
    nn.BatchNorm2d(16),
    nn.ReLU(True),
    nn.ConvTranspose2d(16, 8, 4, 2, 1),
    nn.BatchNorm2d(8),
    nn.ReLU(True),
    nn.ConvTranspose2d(8, 1, 4, 2, 1),
    nn.Tanh(),
)
discriminator = nn.Sequential(
    nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)),
    nn.Sequential(nn.Conv2d(8, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.LeakyReLU(0.2, inplace=True)),
    nn.Dropout2d(0.3),
    nn.Flatten(),
    nn.Linear(784, 1),
    nn.Sigmoid(),
)
generator.apply(init)
discriminator.apply(init)
