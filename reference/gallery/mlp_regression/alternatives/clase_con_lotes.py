import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split

torch.manual_seed(3)


class Viviendas(Dataset):
    """Entradas y precio, llevados al intervalo de 0 a 1."""

    def __init__(self, ruta):
        datos = pd.read_csv(ruta).astype(np.float32)
        datos = (datos - datos.min()) / (datos.max() - datos.min())
        self.precio = torch.from_numpy(datos.pop("precio").to_numpy()).unsqueeze(1)
        self.entradas = torch.from_numpy(datos.to_numpy())

    def __len__(self):
        return len(self.precio)

    def __getitem__(self, i):
        return self.entradas[i], self.precio[i]


class Red(nn.Module):
    def __init__(self):
        super().__init__()
        self.salida = nn.Linear(8, 1)
        self.oculta2 = nn.Linear(16, 8)
        self.oculta1 = nn.Linear(4, 16)

    def forward(self, x):
        x = torch.relu(self.oculta1(x))
        x = torch.relu(self.oculta2(x))
        return self.salida(x)


viviendas = Viviendas("viviendas.csv")
entrenamiento, validacion = random_split(viviendas, [0.9, 0.1])
red = Red()
optimizador = torch.optim.Adam(red.parameters(), lr=0.01)
for epoca in range(60):
    red.train()
    for x, y in DataLoader(entrenamiento, batch_size=32, shuffle=True):
        optimizador.zero_grad()
        perdida = nn.MSELoss()(red(x), y)
        perdida.backward()
        optimizador.step()
red.eval()
with torch.no_grad():
    x, y = next(iter(DataLoader(validacion, batch_size=len(validacion))))
    print(nn.MSELoss()(red(x), y).item())
