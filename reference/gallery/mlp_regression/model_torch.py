"""La red que predice el precio."""

from torch import nn


def build_mlp() -> nn.Module:
    """Cuatro entradas, dos capas ocultas de 16 y 8 unidades, y un número."""
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))
