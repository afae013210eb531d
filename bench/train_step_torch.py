"""One SAE training step in dense PyTorch, timed on request: what bench/train-step.ts compares with.

Usage: train_step_torch.py ARCHITECTURE d_in d_sae batch k bias threads
For every line on stdin it makes one step and prints how many milliseconds that took.
"""

import sys
import time

import torch

architecture = sys.argv[1]
d_in, d_sae, batch, k = (int(word) for word in sys.argv[2:6])
bias, threads = float(sys.argv[6]), int(sys.argv[7])
torch.set_num_threads(threads)
torch.manual_seed(0)

W_dec = torch.randn(d_sae, d_in)
W_dec /= W_dec.norm(dim=1, keepdim=True)
W_enc = torch.nn.Parameter(W_dec.t().contiguous())
W_dec = torch.nn.Parameter(W_dec)
b_enc = torch.nn.Parameter(torch.full((d_sae,), bias))
b_dec = torch.nn.Parameter(torch.zeros(d_in))
x = torch.randn(batch, d_in)
optimizer = torch.optim.Adam([W_enc, b_enc, W_dec, b_dec], lr=1e-4)


def step():
    optimizer.zero_grad(set_to_none=True)
    acts = torch.relu((x - b_dec) @ W_enc + b_enc)
    if architecture == "topk":
        values, features = acts.topk(k, dim=1)
        acts = torch.zeros_like(acts).scatter(1, features, values)
    loss = ((acts @ W_dec + b_dec - x) ** 2).sum(1).mean()
    if architecture == "standard":
        loss = loss + 1e-3 * acts.sum(1).mean()
    loss.backward()
    with torch.no_grad():
        W_dec.grad.sub_((W_dec.grad * W_dec).sum(1, keepdim=True) * W_dec)
    optimizer.step()
    with torch.no_grad():
        W_dec.div_(W_dec.norm(dim=1, keepdim=True))
    return loss.item()


print(torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    step()
    print((time.perf_counter() - start) * 1e3, flush=True)
