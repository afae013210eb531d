"""stories15M by llama2.c's own arithmetic and by transformers: check_stories15m.py CHECKPOINT FOLDER WORK"""

import json
import os
import struct
import sys

try:
    import numpy as np
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging
except ImportError as error:
    print(f"  skipped the rest: no module {error.name}")
    sys.exit(0)

logging.disable_progress_bar()

TOLERANCE = 1e-4
BATCH = 8
failures = 0


def check(what, difference, tolerance=TOLERANCE):
    global failures
    ok = difference <= tolerance
    failures += not ok
    print(f"  {'ok    ' if ok else 'FAILED'}  {what}: {difference:.2g} (at most {tolerance:g})")


def relative(a, b):
    return float((a - b).abs().max() / b.abs().max())


class RunC:
    """github.com/karpathy/llama2.c, run.c: the checkpoint as it is, neighbouring numbers rotated together."""

    def __init__(self, path):
        raw = np.fromfile(path, dtype=np.uint8)
        header = struct.unpack("7i", raw[:28].tobytes())
        self.d, self.hidden, self.layers, self.heads, _, self.vocab, self.n_ctx = header
        self.at, self.raw = 28, raw
        d, hidden, layers = self.d, self.hidden, self.layers
        self.embed = self.take(self.vocab, d)
        self.norm1 = self.take(layers, d)
        self.wq, self.wk, self.wv, self.wo = (self.take(layers, d, d) for _ in range(4))
        self.norm2 = self.take(layers, d)
        self.w1, self.w2, self.w3 = self.take(layers, hidden, d), self.take(layers, d, hidden), self.take(layers, hidden, d)
        self.norm = self.take(d)
        half = d // self.heads // 2
        self.cos, self.sin = self.take(self.n_ctx, half), self.take(self.n_ctx, half)
        self.read_tokenizer()

    def take(self, *shape):
        end = self.at + 4 * int(np.prod(shape))
        numbers = np.frombuffer(self.raw[self.at : end].tobytes(), dtype="<f4")
        self.at = end
        return torch.from_numpy(numbers.copy()).reshape(shape)

    def read_tokenizer(self):
        data, at = self.raw.tobytes(), self.at + 4
        self.scores, self.ids = [], {}
        for token in range(self.vocab):
            score, length = struct.unpack_from("<fi", data, at)
            piece = data[at + 8 : at + 8 + length].decode()
            at += 8 + length
            self.scores.append(score)
            # the special tokens and the bytes are found by their place, never by their name
            if token >= 259:
                self.ids[piece] = token
        self.pieces = {token: piece for piece, token in self.ids.items()}

    def logits(self, tokens):
        n, t = tokens.shape
        x = self.embed[tokens]
        cos, sin = self.cos[:t, None], self.sin[:t, None]
        mask = torch.full((t, t), float("-inf")).triu(1)

        def norm(x, gain):
            return gain * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5))

        def rotate(x):
            a, b = x[..., 0::2], x[..., 1::2]
            return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)

        for layer in range(self.layers):
            y = norm(x, self.norm1[layer])
            q, k, v = ((y @ w[layer].T).view(n, t, self.heads, -1) for w in (self.wq, self.wk, self.wv))
            scores = torch.einsum("nqhd,nkhd->nhqk", rotate(q), rotate(k)) / q.shape[-1] ** 0.5
            z = torch.einsum("nhqk,nkhd->nqhd", (scores + mask).softmax(-1), v).flatten(2)
            x = x + z @ self.wo[layer].T
            y = norm(x, self.norm2[layer])
            x = x + (torch.nn.functional.silu(y @ self.w1[layer].T) * (y @ self.w3[layer].T)) @ self.w2[layer].T
        return norm(x, self.norm) @ self.embed.T

    def encode(self, text):
        tokens = []
        for character in " " + text:
            known = self.ids.get(character)
            tokens += [known] if known is not None else [byte + 3 for byte in character.encode()]

        def score(at):
            if tokens[at] < 259 or tokens[at + 1] < 259:
                return float("-inf")
            merged = self.ids.get(self.pieces[tokens[at]] + self.pieces[tokens[at + 1]])
            return float("-inf") if merged is None else self.scores[merged]

        scores = [score(at) for at in range(len(tokens) - 1)]
        while scores and max(scores) > float("-inf"):
            at = scores.index(max(scores))
            tokens[at : at + 2] = [self.ids[self.pieces[tokens[at]] + self.pieces[tokens[at + 1]]]]
            del scores[at]
            for neighbour in (at - 1, at):
                if 0 <= neighbour < len(scores):
                    scores[neighbour] = score(neighbour)
        return tokens


def mean_loss(logits, contexts):
    total = 0.0
    for rows in contexts.split(BATCH):
        found = logits(rows)[:, :-1].flatten(0, 1)
        total += torch.nn.functional.cross_entropy(found, rows[:, 1:].flatten(), reduction="sum").item()
    return total / contexts[:, 1:].numel()


@torch.inference_mode()
def main(checkpoint, folder, work):
    with open(os.path.join(work, "ours.json")) as file:
        ours = json.load(file)
    contexts = torch.tensor(ours["contexts"])
    reference = RunC(checkpoint)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts, ids = ours["texts"], ours["ids"]
    wrong = sum(reference.encode(text) != found for text, found in zip(texts, ids))
    check(f"stories of {len(texts)} that run.c cuts otherwise", wrong, 0)
    wrong = sum(tokenizer(text, add_special_tokens=False)["input_ids"] != found for text, found in zip(texts, ids))
    check(f"stories of {len(texts)} that transformers cuts otherwise", wrong, 0)

    logits = load_file(os.path.join(work, "logits.safetensors"))["logits"]
    first = contexts[: len(logits)]
    expected = reference.logits(first)
    check("logits of the imported folder in transformers, from run.c's", relative(model(first).logits, expected))
    check("our logits, from run.c's", relative(logits, expected))
    ce_transformers = mean_loss(lambda rows: model(rows).logits, contexts)
    ce_run_c = mean_loss(reference.logits, contexts)
    print(f"  CE {ce_transformers:.6f} by transformers, {ce_run_c:.6f} by run.c's arithmetic")
    check("our CE, from transformers'", abs(ours["ce"] / ce_transformers - 1))
    check("our CE, from run.c's", abs(ours["ce"] / ce_run_c - 1))


main(*sys.argv[1:])
sys.exit(1 if failures else 0)
