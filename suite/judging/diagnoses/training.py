"""Causes in how a notebook trains: with which data, over which weights, in which mode, and whether at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suite.frameworks import framework_named
from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.judging.sources import CodeCell, names_in
from suite.judging.weight_files import find_unfit
from suite.records import Model, Outcome, text

OPTIMIZERS = frozenset(
    ("SGD", "ASGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Rprop", "Adagrad", "Adadelta", "LBFGS")
)
LOADS = ("load_weights", "load_model", "load_state_dict", "torch.load", "set_weights", "from_pretrained")
COPIES = ("deepcopy", "clone_model", "copy_(", "vector_to_parameters", "pickle.load", "joblib.load", ".assign(")
"""How else a new model may get the weights of a trained one."""
EVALUATION = (".eval()", ".train(False)", ".train(mode=False)")


def eval_forgotten(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A model is called without gradients while dropout or batch statistics are active, and `eval()` never was."""
    if context.mentions(*EVALUATION):
        return
    for remark in context.evidence.observations.remarks:
        if remark.kind in ("dropout", "batch norm"):
            kind = "Dropout" if remark.kind == "dropout" else "BatchNorm"
            message = text("cause_eval_forgotten", kind=kind, count=remark.count)
            yield FoundCause(cell=remark.cell, message=message, explains="training")
            return


def trained_on_test_set(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Steps were taken on batches of the test part, or `fit` was given what `load_data` returned as the test part."""
    test_names = {name for cell in context.cells for name in _test_names(cell)}
    for training in context.evidence.observations.trainings:
        if training.test_steps * 2 > training.steps:
            message = text("cause_trained_on_test_set", steps=training.test_steps, optimizer=training.optimizer)
            yield FoundCause(cell=training.cell, message=message, explains="training")
            return
        cell = next((cell for cell in context.cells if cell.index == training.cell), None)
        given = next((name for name in _fitted(cell) if name in test_names), None) if cell else None
        if given:
            message = text("cause_fitted_test_set", name=given)
            yield FoundCause(cell=training.cell, message=message, explains="training")
            return


def wrong_parameters(context: DiagnosisContext) -> Iterator[FoundCause]:
    """An optimizer stepped after gradients were computed, and none of its weights ever had a gradient."""
    models = [place for place, model in enumerate(context.evidence.models) if _takes_weights(model)]
    for training in context.evidence.observations.trainings:
        if not training.steps or training.effective or training.first_loss is None:
            continue
        steps, optimizer = training.steps, training.optimizer
        if any(_clears_gradients(cell.tree) for cell in context.cells):
            message = text("cause_gradients_cleared", steps=steps, optimizer=optimizer)
            yield FoundCause(cell=training.cell, message=message, explains="training")
        elif set(models) - set(training.models):
            message = text("cause_wrong_parameters", steps=steps, optimizer=optimizer)
            made = _made_in(context, optimizer)
            yield FoundCause(cell=training.cell if made is None else made, message=message, explains="training")


def never_trained(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A model is evaluated that was never trained, or an optimizer is made and never steps."""
    if context.mentions(*LOADS, "GradientTape") or any(subject.model.laid for subject in context.subjects):
        return
    observations = context.evidence.observations
    for remark in observations.remarks:
        if remark.kind == "untrained":
            yield FoundCause(cell=remark.cell, message=text("cause_evaluated_untrained"), explains="training")
            return
    handed = any(_takes_weights(subject.model) for subject in context.subjects)
    if not handed or not context.ran_through or any(training.steps for training in observations.trainings):
        return
    made = next((cell for cell in context.cells if _makes_optimizer(cell)), None)
    if made:
        key = "cause_never_stepped" if context.mentions(".backward(") else "cause_never_trained"
        yield FoundCause(cell=made.index, message=text(key), explains="training")


def trained_model_overwritten(context: DiagnosisContext) -> Iterator[FoundCause]:
    """At the end the variable of a trained model holds another model, which was never trained, nor given weights."""
    if context.mentions(*LOADS, *COPIES):
        return
    models, observations = context.evidence.models, context.evidence.observations
    trained = {place for training in observations.trainings if training.steps for place in training.models}
    tasks = {subject.place for subject in context.subjects}
    for place, state in enumerate(observations.states[: len(models)]):
        after = state.successor
        if place not in trained or after is None or after in trained or after >= len(models):
            continue
        old, new = models[place], models[after]
        if new.cell > old.cell and (after not in tasks or _weights(old) == _weights(new)):
            name = old.name or old.class_name
            message = text("cause_trained_model_overwritten", name=name)
            yield FoundCause(cell=new.cell, message=message, explains="training")


def never_built(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A Keras model had no weights when the notebook ended."""
    states = context.evidence.observations.states
    stopped = {cell.index for cell in context.evidence.run.cells if cell.outcome is not Outcome.PASS}
    for subject in context.subjects:
        if subject.model.cell in stopped:  # it may be the beginning of a model
            continue
        if subject.model.finished and subject.place < len(states) and not states[subject.place].built:
            name = subject.model.name or subject.model.class_name
            yield FoundCause(cell=subject.model.cell, message=text("cause_never_built", name=name), explains="style")


def weights_unfit(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Trained weights that were handed in couldn't be laid into the model."""
    for subject in context.subjects:
        if (message := find_unfit(context.evidence, subject.model)) is not None:
            yield FoundCause(cell=subject.model.cell, message=message, explains="training")


def _takes_weights(model: Model) -> bool:
    """Whether the notebook itself hands the optimizer this model's weights."""
    return framework_named(model.framework).optimizer_takes_weights


def _weights(model: Model) -> list[tuple[int, ...]]:
    """Shapes of all its tensors."""
    return [weight.shape for layer in model.layers for weight in layer.weights]


def _test_names(cell: CodeCell) -> Iterator[str]:
    """Names that hold the test part of `load_data()`, `(x, y), (test_x, test_y) = …`."""
    for node in cell.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        function = node.value.func
        target = node.targets[0]
        if isinstance(function, ast.Attribute) and function.attr == "load_data" and isinstance(target, ast.Tuple):
            halves = target.elts
            if len(halves) == 2 and isinstance(halves[1], ast.Tuple):  # noqa: PLR2004 - train and test
                yield from (element.id for element in halves[1].elts[:1] if isinstance(element, ast.Name))


def _fitted(cell: CodeCell) -> Iterator[str]:
    """Names in the first argument of `fit`, where there are no others."""
    for name, call in cell.calls:
        given = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "x"), None)
        if name.endswith(".fit") and given is not None and len(names := names_in(given) - {"np", "tf"}) == 1:
            yield from names


def _clears_gradients(tree: ast.Module) -> bool:
    """Whether `zero_grad` is called between `backward` and `step` in some block."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        order = [
            call.func.attr
            for statement in body
            for call in ast.walk(statement)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        ]
        if "backward" in order and "step" in order[order.index("backward") :]:
            start = order.index("backward")
            if "zero_grad" in order[start : order.index("step", start)]:
                return True
    return False


def _makes_optimizer(cell: CodeCell) -> bool:
    """Whether the cell itself, and no function in it, makes a PyTorch optimizer over some parameters."""
    made = [call for name, call in cell.calls if name.rpartition(".")[2] in OPTIMIZERS and _takes_parameters(call)]
    functions = (node for node in cell.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))
    inside = {id(node) for function in functions for node in ast.walk(function)} if made else set()
    return any(id(call) not in inside for call in made)


def _takes_parameters(call: ast.Call) -> bool:
    """Whether `….parameters()` is somewhere among the arguments."""
    return any(isinstance(node, ast.Attribute) and node.attr == "parameters" for node in ast.walk(call))


def _made_in(context: DiagnosisContext, optimizer: str) -> int | None:
    """Index of the first cell that makes an optimizer of this class."""
    return next((c.index for c in context.cells for name, _ in c.calls if name.rpartition(".")[2] == optimizer), None)


CAUSES = (
    Cause(name="wrong_parameters", rank=100, recognise=wrong_parameters),
    Cause(name="trained_on_test_set", rank=110, recognise=trained_on_test_set),
    Cause(name="eval_forgotten", rank=140, recognise=eval_forgotten),
    Cause(name="weights_unfit", rank=145, recognise=weights_unfit),
    Cause(name="never_trained", rank=150, recognise=never_trained),
    Cause(name="trained_model_overwritten", rank=160, recognise=trained_model_overwritten),
    Cause(name="never_built", rank=170, recognise=never_built),
)
