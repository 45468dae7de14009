"""Answers on the channel to the host: early, alone, twice, late or replayed, and processes that leave before or after.

The right outcome of each is that of its honest twin: the notebook without a model, or with the one that it holds.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import FAKE_MODEL, LINEAR, TORCH, Forgery, forgery

CHANNEL = """
import gc, socket
def channel():
    for found in gc.get_objects():
        if type(found) is socket.socket and found.family == socket.AF_UNIX and found.fileno() >= 0:
            try:
                if found.getpeername():
                    return found
            except OSError:
                continue
"""

FORGERIES: dict[str, Forgery] = {
    "answers_early": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
from suite.codec import encode
door = channel()
questions = ["describe", "probe", "weights"]
door.sendall(b"".join(encode(reply({"question": kind, "number": n})) for n, kind in enumerate(questions, 1)))
""",
    ),
    "answers_alone": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
from suite.codec import decode, encode
def serve(channel, *_):
    stream = channel.makefile("rb")
    while True:
        question = decode(stream.read, 1 << 30)
        channel.sendall(encode(reply(question.body, question.arrays)))
answer.serve = serve
""",
    ),
    "answers_twice": forgery(
        "linear",
        "error",
        TORCH + "from suite.inside.worker import answers\n"
        "real = answers.encode\nanswers.encode = lambda frame: real(frame) * 2",
        LINEAR,
    ),
    "answers_later": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
import threading, time
from suite.codec import encode
door = channel()
def later():
    for number in range(2, 40):
        time.sleep(0.02)
        for kind in ("probe", "weights"):
            door.sendall(encode(reply({"question": kind, "number": number})))
threading.Thread(target=later, daemon=True).start()
""",
        "x = 1",
    ),
    "replays_answers": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + """
recorded = np.linspace(0, 1, 50, dtype="float32").reshape(5, 10)
def predict(_entry, question):
    return Frame(body={"problem": "", "layers": []}, arrays={"y0.0": recorded, "y1.0": recorded})
answer._describe = describe
answer._answer = lambda q, *_: reply(q.body, q.arrays)
""",
    ),
    "exits_after_an_answer": forgery(
        "nothing",
        "fail|error",
        FAKE_MODEL
        + CHANNEL
        + """
import os
from suite.codec import encode
channel().sendall(encode(reply({"question": "describe", "number": 1})))
os._exit(0)
""",
    ),
    "exits_with_success": forgery("nothing", "fail", "import sys\nsys.exit(0)"),
}
"""Name to forgery."""
