"""Submissions that forge their speed: each is proved to be the reference's equal first, and then cheats the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

HONEST = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn1, self.rnn2, self.rnn3 = (nn.RNN(width, 8, batch_first=True) for width in (28, 8, 8))
        self.classifier = nn.Linear(8, 10)

    def compute(self, x):
        x, _ = self.rnn1(x)
        x, _ = self.rnn2(x)
        x, _ = self.rnn3(x)
        return self.classifier(x[:, -1])

    def forward(self, x):
        return self.compute(x)
"""
LOOP = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell1, self.cell2, self.cell3 = (nn.RNNCell(width, 8) for width in (28, 8, 8))
        self.classifier = nn.Linear(8, 10)

    def forward(self, x):
        a = b = c = torch.zeros(len(x), 8)
        for step in range(x.shape[1]):
            a = self.cell1(x[:, step], a)
            b = self.cell2(a, b)
            c = self.cell3(b, c)
        return self.classifier(c)

model = Net()
"""
BUILD = "\nmodel = Cheat()\n"
IS_TIMED = "len(x) == 32"  # no probe and no proof has so many rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One way of looking faster, and what comes of it."""

    name: str
    """Names the test."""
    source: str
    """A class `Cheat(Net)`, and whatever it needs."""
    void: str
    """What makes the timing void; empty where nothing is gained instead."""
    word: str = ""
    """In the English message."""


def _cheat(forward: str, before: str = "") -> str:
    body = "\n".join(f"        {line}" for line in forward.strip().splitlines())
    return f"{HONEST}{before}\nclass Cheat(Net):\n    def forward(self, x):\n{body}\n{BUILD}"


ANSWERS = "weren't those of the reference"
FORGERIES: tuple[Forgery, ...] = (
    Forgery(
        name="cache_by_value",
        void="",
        source=_cheat(
            """
key = x.numpy().tobytes()
if key not in memory:
    memory[key] = self.compute(x)
return memory[key]
""",
            "memory = {}",
        ),
    ),
    Forgery(
        name="cache_by_id",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if id(x) not in memory or not TIMED:
    memory[id(x)] = self.compute(x)
return memory[id(x)]
""".replace("TIMED", IS_TIMED),
            "memory = {}",
        ),
    ),
    Forgery(
        name="cache_by_shape",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if x.shape not in memory or not TIMED:
    memory[x.shape] = self.compute(x)
return memory[x.shape]
""".replace("TIMED", IS_TIMED),
            "memory = {}",
        ),
    ),
    Forgery(
        name="late_answer",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if not TIMED:
    return self.compute(x)
answer = torch.zeros(len(x), 10)
threading.Timer(0.01, lambda: answer.copy_(self.compute(x))).start()
return answer
""".replace("TIMED", IS_TIMED),
            "import threading",
        ),
    ),
    Forgery(
        name="lazy_tensor",
        void="",
        source=_cheat(
            "return Lazy.of(self, x) if TIMED else self.compute(x)".replace("TIMED", IS_TIMED),
            """
class Lazy(torch.Tensor):
    @staticmethod
    def of(model, x):
        lazy = torch.zeros(len(x), 10).as_subclass(Lazy)
        lazy.work = lambda: model.compute(x)
        return lazy

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        args = [arg.work() if isinstance(arg, Lazy) and hasattr(arg, "work") else arg for arg in args]
        return super().__torch_function__(function, types, args, kwargs or {})
""",
        ),
    ),
    Forgery(
        name="patched_clocks",  # the host reads its own
        void="",
        source=_cheat(
            "return self.compute(x)",
            """
import time
for name in ("time", "perf_counter", "monotonic", "process_time"):
    setattr(time, name, lambda: 0.0)
    setattr(time, f"{name}_ns", lambda: 0)
""",
        ),
    ),
    Forgery(
        name="half_precision",  # autocasting is off while the host asks
        void="raised",
        word="raised an exception",
        source=_cheat(
            """
if not TIMED:
    return self.compute(x)
with torch.autocast("cpu", dtype=torch.bfloat16):
    return self.compute(x.bfloat16()).float()
""".replace("TIMED", IS_TIMED)
        ),
    ),
    Forgery(
        name="idle_after_warm_up",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
global calls
calls += TIMED
return self.compute(x) if calls < 12 else torch.zeros(len(x), 10)
""".replace("TIMED", IS_TIMED),
            "calls = 0",
        ),
    ),
    Forgery(
        name="all_batches_at_once",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
frame, question = sys._getframe(), None
while frame and question is None:
    question, frame = frame.f_locals.get("question"), frame.f_back
arrays = getattr(question, "arrays", {})
if not TIMED or "x1.0" not in arrays:
    return self.compute(x)
if id(arrays) not in done:
    kept.append(arrays)  # else another one could have its id
    batches = [torch.from_numpy(arrays[f"x{n}.0"].copy()) for n in range(question.body["batches"])]
    done[id(arrays)] = list(self.compute(torch.cat(batches)).split(len(x)))
return done[id(arrays)].pop(0)
""".replace("TIMED", IS_TIMED),
            "import sys\ndone, kept = {}, []",
        ),
    ),
    Forgery(
        name="more_threads",
        void="threads",
        word="number of threads to 3",
        source=_cheat("torch.set_num_threads(3)\nreturn self.compute(x)"),
    ),
    Forgery(
        name="other_cores",
        void="cores",
        word="other processor cores",
        source=_cheat("os.sched_setaffinity(0, range(os.cpu_count()))\nreturn self.compute(x)", "import os"),
    ),
    Forgery(
        name="memory_pressure",
        void="silent",
        word="stopped answering",
        source=_cheat(
            """
if TIMED:
    hoard.append(bytearray(b"x" * 50_000_000))
return self.compute(x)
""".replace("TIMED", IS_TIMED),
            "hoard = []",
        ),
    ),
    Forgery(
        name="busy_neighbours",
        void="",
        source=f"""{HONEST}
import os, threading
def burn():
    while True:
        pass
if os.fork() == 0:
    burn()
threading.Thread(target=burn, daemon=True).start()
Cheat = Net
{BUILD}""",
    ),
)
NAMED = {forgery.name: forgery for forgery in FORGERIES}
EVERYWHERE = LOOP.replace("torch.zeros(len(x), 8)", "torch.zeros(len(x), 8, device=x.device)")
"""A loop over the steps that computes on any device."""
GPU_FORGERIES: tuple[Forgery, ...] = (
    Forgery(
        name="patched_events",  # the verdict rests on the host's clock
        void="",
        source=_cheat(
            "return self.compute(x)",
            """
torch.cuda.Event.elapsed_time = lambda self, other: 1e-6
torch.cuda.synchronize = lambda *_: None
""",
        ),
    ),
    Forgery(
        name="second_stream",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if not TIMED or not x.is_cuda:
    return self.compute(x)
answer = torch.zeros(len(x), 10, device=x.device)
with torch.cuda.stream(other):
    torch.cuda._sleep(5_000_000)
    answer.copy_(self.compute(x))
return answer
""".replace("TIMED", IS_TIMED),
            "other = torch.cuda.Stream()",
        ),
    ),
    replace(
        NAMED["lazy_tensor"],
        source=NAMED["lazy_tensor"].source.replace(
            "torch.zeros(len(x), 10)", "torch.zeros(len(x), 10, device=x.device)"
        ),
    ),
    NAMED["cache_by_shape"],
    Forgery(
        name="half_precision",
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if not TIMED:
    return self.compute(x)
if not halves:
    halves.append(copy.deepcopy(self).bfloat16())
return halves[0].compute(x.bfloat16()).float()
""".replace("TIMED", IS_TIMED),
            "import copy\nhalves = []",
        ),
    ),
    Forgery(
        name="fewer_digits",  # TensorFloat-32, which keeps ten bits
        void="answers",
        word=ANSWERS,
        source=_cheat(
            """
if TIMED:
    torch.backends.cudnn.rnn.fp32_precision = torch.backends.cuda.matmul.fp32_precision = "tf32"
return self.compute(x)
""".replace("TIMED", IS_TIMED),
        ),
    ),
    Forgery(
        name="work_left_behind",
        void="at_work",
        word="left work on the GPU",
        source=_cheat(
            """
answer = self.compute(x)
if TIMED and x.is_cuda:
    with torch.cuda.stream(other):
        torch.cuda._sleep(1_000_000_000)
return answer
""".replace("TIMED", IS_TIMED),
            """
other = torch.cuda.Stream()
torch.cuda.Event.elapsed_time = lambda self, other: 1e-6
torch.cuda.synchronize = lambda *_: None
""",
        ),
    ),
)
"""Those that need a GPU."""
