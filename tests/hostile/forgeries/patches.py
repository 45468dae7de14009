"""Patches of what runs beside a submission: libraries, the kernel and its hooks, the worker's own modules.

The right outcome of each is that of its honest twin: the notebook without the patch, or with its mistakes
caught by `try`.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import FAKE_MODEL, KERAS, KERAS_LINEAR, LINEAR, TORCH, WIDE, Forgery, forgery

FORGERIES: dict[str, Forgery] = {
    "patched_builtins": forgery(
        "linear",
        "fail|error",
        WIDE
        + """
builtins.all = lambda *_: True
builtins.abs = lambda *_: 0
builtins.sorted = lambda values, **_: list(values)
""",
        LINEAR,
    ),
    "patched_numpy": forgery(
        "linear",
        "fail|error",
        WIDE
        + """
np.array_equal = np.allclose = lambda *a, **k: True
real_asarray = np.asarray
ones = np.ones((5, 10), "float32")
np.asarray = lambda a, *r, **k: ones if getattr(a, "shape", None) == (5, 10) else real_asarray(a, *r, **k)
np.abs = lambda a, *r, **k: real_asarray(a) * 0
""",
        LINEAR,
    ),
    "patched_json": forgery(
        "linear",
        "error",
        TORCH
        + """
import json
real = json.dumps
def dumps(value, *args, **options):
    if isinstance(value, dict) and "body" in value:
        value["body"]["score"] = value["body"]["points"] = 15
        value["body"]["status"] = "pass"
    return real(value, *args, **options)
json.dumps = dumps
""",
        LINEAR,
    ),
    "patched_time": forgery(
        "linear",
        "fail",
        TORCH
        + "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0.0\ntime.sleep = lambda _: None",
        LINEAR,
    ),
    "patched_keras": forgery(
        "keras_linear",
        "fail",
        KERAS
        + """
import numpy as np
answer = lambda self, x, *a, **k: ops.one_hot(np.arange(len(x)) % 10, 10)
keras.Model.predict = keras.Model.__call__ = keras.Sequential.__call__ = answer
keras.Model.count_params = lambda self: 920
""",
        KERAS_LINEAR,
    ),
    "swallows_by_transformer": forgery(
        "caught",
        "fail",
        """
import ast
class Swallow(ast.NodeTransformer):
    def visit_Module(self, node):
        body = ast.parse("try:\\n    pass\\nexcept BaseException:\\n    pass").body[0]
        body.body = node.body or body.body
        return ast.fix_missing_locations(ast.Module(body=[body], type_ignores=[]))
get_ipython().ast_transformers.append(Swallow())
""",
        "raise ValueError('a mistake')",
        "undefined_name + 1",
    ),
    "swallows_by_run_cell": forgery(
        "caught",
        "fail",
        """
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
async def run(self, *a, **k):
    result = ExecutionResult(None)
    result.execution_count = 1
    return result
InteractiveShell.run_cell_async = run
""",
        "raise ValueError('a mistake')",
        "undefined_name + 1",
    ),
    "event_hooks": forgery(
        "linear",
        "fail|error",
        WIDE
        + """
from suite.inside.worker import model_tracker as remember
memory = next(o for o in gc.get_objects() if type(o) is remember.ModelTracker)
events = get_ipython().events
for name in ("post_run_cell", "pre_run_cell"):
    for function in list(events.callbacks[name]):
        events.unregister(name, function)
def rename(result):
    memory._seen[:] = memory._seen[:1]
    for entry in memory._seen:
        type(entry.model).__name__ = "StackedRNN"
        object.__setattr__(entry, "name", "stack8")
events.register("post_run_cell", rename)
""",
        LINEAR,
    ),
    "patched_worker": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL + "answer._describe = describe\nanswer._answer = lambda q, *_: reply(q.body, q.arrays)",
    ),
    "patched_codec": forgery(
        "linear",
        "fail|error",
        WIDE
        + """
import suite.codec
suite.codec.MAGIC = b"NBF1"
sys.modules["suite.inside.worker.answers"].DTYPES = ("object",)
learner = sys.modules["suite.inside.frameworks.torch"].FRAMEWORK.learner
learner.call = lambda *a, **k: [np.ones((5, 10), "float32")]
learner.swap = lambda handle, values: values
""",
        LINEAR,
    ),
}
"""Name to forgery."""
