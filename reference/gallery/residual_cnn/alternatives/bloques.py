import torch.nn as nn
import torch.nn.functional as F


class BloqueResidual(nn.Module):
    """El atajo se calcula primero."""

    def __init__(self, entrada, salida, paso=1):
        super().__init__()
        self.atajo = None
        if paso != 1:
            self.atajo = nn.Conv2d(entrada, salida, kernel_size=1, stride=paso, bias=False)
            self.norma_atajo = nn.BatchNorm2d(salida)
        self.norma_b = nn.BatchNorm2d(salida)
        self.norma_a = nn.BatchNorm2d(salida)
        self.conv_a = nn.Conv2d(entrada, salida, kernel_size=3, stride=paso, padding=1, bias=False)
        self.conv_b = nn.Conv2d(salida, salida, kernel_size=3, padding="same", bias=False)

    def forward(self, x):
        identidad = x if self.atajo is None else self.norma_atajo(self.atajo(x))
        x = F.relu(self.norma_a(self.conv_a(x)), inplace=True)
        x = self.norma_b(self.conv_b(x))
        x += identidad
        return F.relu(x)


class Red(nn.Module):
    def __init__(self, canales=(8, 16), clases=10):
        super().__init__()
        primero, segundo = canales
        self.entrada = nn.Conv2d(3, primero, 3, padding=1, bias=False)
        self.norma = nn.BatchNorm2d(primero)
        self.bloques = nn.ModuleList([BloqueResidual(primero, primero), BloqueResidual(primero, segundo, 2)])
        self.salida = nn.Linear(segundo, clases)

    def forward(self, imagenes):
        x = F.relu(self.norma(self.entrada(imagenes)))
        for bloque in self.bloques:
            x = bloque(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return F.softmax(self.salida(x), dim=1)


red = Red()
