import torch
from torch import nn


class PositionalEmbedding(nn.Module):
    def __init__(self, words, length, width):
        super().__init__()
        self.tokens = nn.Embedding(words, width)
        self.table = nn.Parameter(torch.randn(1, length, width) * 0.02)

    def forward(self, x):
        return self.tokens(x) + self.table[:, : x.size(1)]


class TransformerClassifier(nn.Module):
    def __init__(self, words=1000, length=40, width=16):
        super().__init__()
        self.embedding = PositionalEmbedding(words, length, width)
        layer = nn.TransformerEncoderLayer(width, nhead=2, dim_feedforward=32, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=1)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(width, 1)

    def forward(self, x):
        x = self.encoder(self.embedding(x))
        return torch.sigmoid(self.classifier(self.dropout(x.mean(dim=1))))


model = TransformerClassifier()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
reviews, good = torch.randint(0, 1000, (256, 40)), torch.randint(0, 2, (256, 1)).float()
model.train()
for batch in torch.arange(256).split(32):
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy(model(reviews[batch]), good[batch])
    loss.backward()
    optimizer.step()
model.eval()
