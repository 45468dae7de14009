# One epoch of training in batches of 32.
import torch
from torch import nn
from torchvision.datasets import FashionMNIST
from torchvision.transforms import ToTensor


class Red(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.salida = nn.Linear(8, 10)

    def forward(self, x):
        return self.salida(self.rnn(x.squeeze(1))[0][:, -1])


red = Red()
datos = FashionMNIST("datos", train=True, download=True, transform=ToTensor())
optimizador = torch.optim.Adam(red.parameters(), lr=0.002)
for imagenes, etiquetas in torch.utils.data.DataLoader(datos, batch_size=32, shuffle=True):
    optimizador.zero_grad()
    perdida = nn.functional.cross_entropy(red(imagenes), etiquetas)
    perdida.backward()
    optimizador.step()
