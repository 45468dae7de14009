from torch import nn


def convolucion(entrada, salida, lado=3, paso=1):
    return nn.Sequential(
        nn.Conv2d(entrada, salida, lado, stride=paso, padding=lado // 2, bias=False), nn.BatchNorm2d(salida)
    )


class Suma(nn.Module):
    """La suma de lo que devuelven dos caminos."""

    def __init__(self, camino, atajo):
        super().__init__()
        self.camino, self.atajo = camino, atajo

    def forward(self, x):
        return self.atajo(x) + self.camino(x)


def residual(entrada, salida, paso):
    camino = nn.Sequential(convolucion(entrada, salida, paso=paso), nn.ReLU(), convolucion(salida, salida))
    atajo = nn.Identity() if entrada == salida else convolucion(entrada, salida, 1, paso)
    return nn.Sequential(Suma(camino, atajo), nn.ReLU())


modelo = nn.Sequential(
    convolucion(3, 8),
    nn.ReLU(),
    residual(8, 8, 1),
    residual(8, 16, 2),
    nn.AvgPool2d(16),
    nn.Flatten(),
    nn.Linear(16, 10),
)
