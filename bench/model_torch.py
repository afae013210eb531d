"""A language model in transformers and PyTorch: what bench/model.ts compares with.

model_torch.py make pythia-70m|pythia-410m FOLDER
    writes a model of that shape with random weights, as float16, which is how Pythia is published
model_torch.py run FOLDER harvest|ce THREADS TOKENS CONTEXTS OUTPUT [cpu|cuda]
    TOKENS: int32 ids of all contexts; prints a name, then for each line on stdin does the task once and prints
    the milliseconds; writes the results as float32 to OUTPUT, and at the end prints its peak memory in MB
"""

import resource
import sys
import time

import numpy
import torch
from transformers import AutoModelForCausalLM, GPTNeoXConfig, GPTNeoXForCausalLM, __version__
from transformers.utils import logging

logging.disable_progress_bar()

SHAPES = {  # hidden size, layers, heads
    "pythia-70m": (512, 6, 8),
    "pythia-410m": (1024, 24, 16),
}


def make(shape, folder):
    width, layers, heads = SHAPES[shape]
    torch.manual_seed(0)
    config = GPTNeoXConfig(
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        vocab_size=50304,
        rotary_pct=0.25,
    )
    GPTNeoXForCausalLM(config).half().save_pretrained(folder)


class Stop(Exception):
    pass


def harvest(model, tokens):
    """The residual stream after layer n/2; nothing behind it is computed."""
    found = []

    def hook(module, inputs, output):
        found.append(output[0] if isinstance(output, tuple) else output)
        raise Stop

    handle = model.gpt_neox.layers[model.config.num_hidden_layers // 2].register_forward_hook(hook)
    try:
        model.gpt_neox(tokens, use_cache=False)
    except Stop:
        handle.remove()
    return found[0]


def ce(model, tokens):
    logits = model(tokens, use_cache=False).logits[:, :-1]
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none"
    )


def milliseconds(task, model, tokens):
    start = time.perf_counter()
    result = task(model, tokens).cpu()
    return (time.perf_counter() - start) * 1e3, result


def faster_attention(task, model, tokens):
    """Both are tried, and the model is left with the faster one."""
    times = {}
    for attention in ["eager", "sdpa"]:
        model.set_attn_implementation(attention)
        times[attention] = min(milliseconds(task, model, tokens)[0] for _ in range(2))
    best = min(times, key=times.get)
    model.set_attn_implementation(best)
    return best


@torch.inference_mode()
def run(folder, task, threads, path, contexts, output, device="cpu"):
    torch.set_num_threads(int(threads))
    task = {"harvest": harvest, "ce": ce}[task]
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    ids = numpy.fromfile(path, dtype=numpy.int32).reshape(int(contexts), -1)
    tokens = torch.from_numpy(ids.astype(numpy.int64)).to(device)
    attention = faster_attention(task, model, tokens)
    print(f"transformers {__version__}, torch {torch.__version__} ({device}), {attention}", flush=True)
    result = None
    for _ in sys.stdin:
        duration, result = milliseconds(task, model, tokens)
        print(duration, flush=True)
    result.numpy().tofile(output)
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, flush=True)


{"make": make, "run": run}[sys.argv[1]](*sys.argv[2:])
