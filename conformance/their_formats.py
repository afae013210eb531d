"""How other systems load and save a dictionary: their own code, or where there is no package their formula.

A system is a class with load(folder), encode(x), forward(x) and save(folder); `module` is what it needs.
"""

import json
import shutil
import sys
from contextlib import redirect_stdout

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file


class SaeLens:
    module = "sae_lens"

    def load(self, folder):
        from sae_lens import SAE

        self.sae = SAE.load_from_disk(folder)
        return f"SAELens, {type(self.sae).__name__}"

    def encode(self, x):
        return self.sae.encode(x)

    def forward(self, x):
        return self.sae(x)

    def save(self, folder):
        self.sae.save_model(folder)


class DictionaryLearning:
    module = "dictionary_learning"

    def load(self, folder):
        from dictionary_learning.utils import load_dictionary

        self.folder = folder
        with redirect_stdout(sys.stderr):  # it says when it divides directions by their norms
            self.dictionary, _ = load_dictionary(str(folder), "cpu")
        return f"dictionary_learning, {type(self.dictionary).__name__}"

    def encode(self, x):
        return self.dictionary.encode(x)

    def forward(self, x):
        return self.dictionary(x)

    def save(self, folder):
        torch.save(self.dictionary.state_dict(), folder / "ae.pt")
        shutil.copy(self.folder / "config.json", folder)


class Sparsify:
    module = "sparsify"

    def load(self, folder):
        with redirect_stdout(sys.stderr):  # it says whether it found Triton
            from sparsify import SparseCoder

        self.coder = SparseCoder.load_from_disk(folder)
        return "sparsify, SparseCoder"

    def encode(self, x):
        top = self.coder.encode(x)
        return torch.zeros(len(x), self.coder.num_latents).scatter(1, top.top_indices, top.top_acts)

    def forward(self, x):
        return self.coder(x).sae_out

    def save(self, folder):
        self.coder.save_to_disk(folder)


class OpenAI:
    """Autoencoder of openai/sparse_autoencoder (model.py), which is in no package index."""

    module = "torch"

    def load(self, folder):
        self.said = json.loads((folder / "autoencoder.json").read_text())
        self.w = load_file(folder / "autoencoder.safetensors")
        with safe_open(folder / "autoencoder.safetensors", "pt") as file:
            self.metadata = file.metadata()
        return f"Autoencoder's formula, {self.said['activation']}"

    def preprocess(self, x):
        if not self.said["normalize"]:
            return x, 0, 1
        mu, std = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
        return (x - mu) / (std + 1e-5), mu, std

    def encode(self, x):
        x, _, _ = self.preprocess(x)
        pre = (x - self.w["pre_bias"]) @ self.w["encoder.weight"].T + self.w["latent_bias"]
        if self.said["activation"] == "ReLU":
            return torch.relu(pre)
        top = pre.topk(self.said["activation_state_dict"]["k"], dim=-1)
        return torch.zeros_like(pre).scatter(-1, top.indices, torch.relu(top.values))

    def forward(self, x):
        _, mu, std = self.preprocess(x)
        return (self.encode(x) @ self.w["decoder.weight"].T + self.w["pre_bias"]) * std + mu

    def save(self, folder):
        is_topk = self.said["activation"] == "TopK"
        if is_topk == self.said["normalize"]:  # what from_state_dict would take it for
            activation = {key: self.said[key] for key in ("activation", "activation_state_dict")}
            torch.save({**self.w, **activation}, folder / "autoencoder.pt")
        else:
            save_file(self.w, folder / "autoencoder.safetensors", self.metadata)
            (folder / "autoencoder.json").write_text(json.dumps(self.said))


class GemmaScope:
    """JumpReLUSAE of the tutorial of Gemma Scope (Lieberum et al. 2024)."""

    module = "numpy"

    def load(self, folder):
        self.w = dict(np.load(folder / "params.npz"))
        return "Gemma Scope's formula"

    def encode(self, x):
        pre = x.numpy() @ self.w["W_enc"] + self.w["b_enc"]
        return torch.from_numpy((pre > self.w["threshold"]) * np.maximum(pre, 0))

    def forward(self, x):
        return torch.from_numpy(self.encode(x).numpy() @ self.w["W_dec"] + self.w["b_dec"])

    def save(self, folder):
        np.savez(folder / "params.npz", **self.w)


SYSTEMS = {
    "saelens": SaeLens,
    "dictionary_learning": DictionaryLearning,
    "sparsify": Sparsify,
    "openai": OpenAI,
    "gemma_scope": GemmaScope,
}
