"""Course helper: training, evaluation and device, which the PyTorch notebooks import as `utils`."""

import copy

import torch
from torch.utils.data import DataLoader, random_split


def get_device():
    """The GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(
    model,
    train_loader,
    n_epochs,
    criterion,
    optimizer,
    validation_split=0.0,
    metric_fn=None,
):
    """Train a classifier and return its history.

    `train_loader` yields (inputs, labels). A share `validation_split` of its dataset, drawn at random, is kept for
    validation. `metric_fn(predictions, labels)` gives a number to report beside the loss, such as an accuracy.

    Returns a dictionary of lists with one number an epoch: `loss`, `metric`, and with a validation share also
    `val_loss` and `val_metric`; entries without a `metric_fn` are left out.
    `pandas.DataFrame(history).plot()` draws it.
    """
    fit_loader, validation_loader = _split(train_loader, validation_split)
    history = {}
    for epoch in range(1, n_epochs + 1):
        model.train()
        figures = _pass(model, fit_loader, criterion, metric_fn, optimizer)
        if validation_loader is not None:
            seen = evaluate(model, validation_loader, criterion, metric_fn)
            figures |= {f"val_{name}": value for name, value in seen.items()}
        for name, value in figures.items():
            history.setdefault(name, []).append(value)
        print(f"Epoch {epoch}/{n_epochs} - " + " - ".join(f"{k}: {v:.4f}" for k, v in figures.items()))
    return history


def evaluate(model, loader, criterion, metric_fn=None):
    """Evaluate a classifier without training it.

    Returns a dictionary with the mean `loss` per row and, if there is a `metric_fn`, the mean `metric`.
    """
    model.eval()
    with torch.no_grad():
        return _pass(model, loader, criterion, metric_fn)


def _split(loader, share):
    """Two loaders over disjoint parts of the loader's dataset; the second is None for a share of zero."""
    kept = round(len(loader.dataset) * share)
    if kept == 0:
        return loader, None
    fit, validation = random_split(loader.dataset, [len(loader.dataset) - kept, kept])
    options = {"batch_size": loader.batch_size, "num_workers": loader.num_workers, "collate_fn": loader.collate_fn}
    return DataLoader(fit, shuffle=True, **options), DataLoader(validation, **options)


def _pass(model, loader, criterion, metric_fn, optimizer=None):
    """One pass over the data, training if an optimizer is given; returns the mean loss and metric per row."""
    metric_fn = copy.deepcopy(metric_fn)  # metrics that accumulate keep each pass to itself
    device = next(model.parameters()).device
    totals, rows = {}, 0
    for batch in loader:
        inputs, labels = (part.to(device) for part in batch)
        predictions = model(inputs)
        loss = criterion(predictions, labels)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        figures = {"loss": loss.item()}
        if metric_fn is not None:
            figures["metric"] = float(metric_fn(predictions.detach(), labels))
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + value * len(labels)
        rows += len(labels)
    return {name: total / rows for name, total in totals.items()}
