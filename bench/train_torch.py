"""Training steps that bench/train.ts compares ours with: train_torch.py PEER SHAPE START THREADS

PEER: dense | compiled | smart | smart_onednn | dictionary_learning | sparsify, or product: the encoder's matrix
product alone, by the fastest library there is. SHAPE: architecture,d_in,d_sae,k,batch,l1_coefficient. START: a
safetensors file of x [batch, d_in], W_dec [d_sae, d_in] with rows of norm 1, which is also W_enc's transpose, and
b_enc. Prints the peer's name; then, for each line on stdin, makes one step and prints its milliseconds and its loss.
"""

import sys
import time
import warnings
from contextlib import redirect_stdout
from importlib.metadata import version

import numpy
import torch
from safetensors.torch import load_file
from torch.nn import Parameter
from torch.nn.functional import embedding_bag, linear

LR = 1e-4

warnings.filterwarnings("ignore")
peer, shape, start, threads = sys.argv[1:5]
architecture, *numbers = shape.split(",")
d_in, d_sae, k, batch = map(int, numbers[:4])
l1_coefficient = float(numbers[4])
torch.set_num_threads(int(threads))
tensors = load_file(start)
x, W_dec, b_enc = (tensors[name] for name in ("x", "W_dec", "b_enc"))


def dense(compiled=False):
    """Autograd over dense tensors: relu (and all but the k largest zeroed), squared error, L1."""
    W, D = Parameter(W_dec.t().contiguous()), Parameter(W_dec)
    b, b_dec = Parameter(b_enc), Parameter(torch.zeros(d_in))
    optimizer = torch.optim.Adam([W, b, D, b_dec], lr=LR, fused=True)

    def loss_of(x):
        acts = torch.relu((x - b_dec) @ W + b)
        if architecture == "topk":
            values, features = acts.topk(k, dim=1)
            acts = torch.zeros_like(acts).scatter(1, features, values)
        loss = ((acts @ D + b_dec - x) ** 2).sum(1).mean()
        return loss + l1_coefficient * acts.sum(1).mean() if architecture == "standard" else loss

    loss_of = torch.compile(loss_of) if compiled else loss_of

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x)
        loss.backward()
        with torch.no_grad():
            keep_norms(D.grad, D, optimizer.step)
        return loss.item()

    return f"PyTorch {torch.__version__}, dense{', compiled' if compiled else ''}", step


def keep_norms(grad, rows, update):
    """Updates without what would lengthen the decoder's rows, and brings them back to norm 1."""
    grad.sub_((grad * rows).sum(1, keepdim=True) * rows)
    update()
    rows.div_(rows.norm(dim=1, keepdim=True))


def smart(product):
    """
    The strongest step we know how to write in PyTorch: gradients by hand, on the active features alone. Sums over
    them are embedding bags, those for the weights over the transposed list of (row, feature).
    """
    W, D, b, b_dec = W_dec.clone(), W_dec, b_enc, torch.zeros(d_in)
    weights = [Parameter(w, requires_grad=False) for w in (W, D, b, b_dec)]
    optimizer = torch.optim.Adam(weights, lr=LR, fused=True)
    rows = torch.arange(batch).repeat_interleave(k)
    ends = torch.arange(0, batch * k, k)

    def step():
        W, D, b, b_dec = (w.data for w in weights)
        xc = x - b_dec
        values, features = product(xc, W, b).topk(k, dim=1, sorted=False)
        values.relu_()
        e = embedding_bag(features, D, per_sample_weights=values, mode="sum") + b_dec - x
        loss = (e**2).sum(1).mean()

        e *= 2 / batch
        flat = features.flatten()
        g = torch.ops.aten._embedding_bag_per_sample_weights_backward(e, D, flat, ends, rows, 0)
        g *= values.flatten() > 0
        order = flat.argsort()
        starts = torch.zeros(d_sae, dtype=torch.long)
        starts[1:] = flat.bincount(minlength=d_sae).cumsum(0)[:-1]
        by_feature, value, g_sorted = order // k, values.flatten()[order], g[order]
        bag = dict(offsets=starts, mode="sum")
        weights[1].grad = embedding_bag(by_feature, e, per_sample_weights=value, **bag)
        weights[0].grad = embedding_bag(by_feature, xc, per_sample_weights=g_sorted, **bag)
        weights[2].grad = torch.zeros(d_sae).index_add_(0, flat, g)
        weights[3].grad = e.sum(0) - weights[2].grad @ W
        keep_norms(weights[1].grad, D, optimizer.step)
        return loss.item()

    return f"PyTorch {torch.__version__}, embedding bags", step


def onednn(x, W, b):
    """What PyTorch keeps for compiled models; much faster than its own product on AMD's processors."""
    return torch.ops.mkldnn._linear_pointwise(x, W, b, "none", [], "")


def dictionary_learning():
    """The trainer's own update; with its gradient clipping."""
    common = dict(steps=10**6, activation_dim=d_in, dict_size=d_sae, layer=0, lm_name="", lr=LR)
    common |= dict(warmup_steps=0, device="cpu")
    if architecture == "topk":
        from dictionary_learning.trainers.top_k import TopKTrainer

        trainer = TopKTrainer(k=k, **common)
    else:
        from dictionary_learning.trainers.standard import StandardTrainer

        trainer = StandardTrainer(l1_penalty=l1_coefficient, sparsity_warmup_steps=None, **common)
    trainer.ae.encoder.weight.data = W_dec.clone()
    trainer.ae.encoder.bias.data = b_enc
    trainer.ae.decoder.weight.data = W_dec.t().contiguous()

    def step():
        loss = trainer.update(1, x)  # step 0 would compute a geometric median
        return float("nan") if loss is None else loss

    return f"dictionary_learning {version('dictionary_learning')}", step


def sparsify():
    """SparseCoder and what its trainer does around it, with Adam; its loss is the fraction unexplained."""
    with redirect_stdout(sys.stderr):  # it says whether it found Triton
        from sparsify import SparseCoder, SparseCoderConfig

    coder = SparseCoder(d_in, SparseCoderConfig(num_latents=d_sae, k=k))
    coder.encoder.weight.data, coder.encoder.bias.data = W_dec.clone(), b_enc
    coder.W_dec.data = W_dec
    optimizer = torch.optim.Adam(coder.parameters(), lr=LR)

    def step():
        fvu = coder(x).fvu
        fvu.backward()
        coder.remove_gradient_parallel_to_decoder_directions()
        optimizer.step()
        optimizer.zero_grad()
        coder.set_decoder_norm_to_unit_norm()
        return fvu.item()

    return f"sparsify {version('eai-sparsify')}", step


def product():
    """x · W_enc by the fastest of PyTorch's MKL and oneDNN and numpy's OpenBLAS."""
    W = W_dec.t().contiguous()
    out = torch.empty(batch, d_sae)
    libraries = {
        "PyTorch's mm": lambda: torch.mm(x, W, out=out),
        "oneDNN": lambda: onednn(x, W_dec, None),
        "numpy's OpenBLAS": lambda: numpy.dot(x.numpy(), W.numpy(), out=out.numpy()),
    }
    times = {name: min(milliseconds(multiply) for _ in range(3)) for name, multiply in libraries.items()}
    fastest = min(times, key=times.get)
    flops = 2 * batch * d_in * d_sae
    speeds = ", ".join(f"{name} {flops / time / 1e6:.0f}" for name, time in times.items())
    return f"{fastest}; GFLOP/s: {speeds}", lambda: libraries[fastest]() is None


def milliseconds(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


peers = {
    "dense": dense,
    "compiled": lambda: dense(compiled=True),
    "smart": lambda: smart(linear),
    "smart_onednn": lambda: smart(onednn),
    "dictionary_learning": dictionary_learning,
    "sparsify": sparsify,
    "product": product,
}
name, step = peers[peer]()
print(name, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    loss = step()
    print((time.perf_counter() - start) * 1e3, loss, flush=True)
