"""Trains dictionary_learning's own trainers for bench/quality.ts, and writes what they made as SAELens has it.

quality_dictionary_learning.py BATCHES d_in BATCH_SIZE SCALE SETTINGS OUT THREADS
    BATCHES: float32 [steps · BATCH_SIZE, d_in], what our trainer trains on, in its order, multiplied by SCALE as there
    SETTINGS: JSON, {folder: {architecture, d_sae, ...}}: the rest goes to that architecture's trainer as it stands
    Writes OUT/<folder>/cfg.json and sae_weights.safetensors for each, for activations that are not scaled.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from dictionary_learning.trainers.batch_top_k import BatchTopKTrainer
from dictionary_learning.trainers.gdm import GatedSAETrainer
from dictionary_learning.trainers.jumprelu import JumpReluTrainer
from dictionary_learning.trainers.matryoshka_batch_top_k import MatryoshkaBatchTopKTrainer
from dictionary_learning.trainers.standard import StandardTrainer
from dictionary_learning.trainers.top_k import TopKTrainer
from dictionary_learning.training import trainSAE
from safetensors.torch import save_file

TRAINERS = {
    "standard": StandardTrainer,
    "gated": GatedSAETrainer,
    "jumprelu": JumpReluTrainer,
    "topk": TopKTrainer,
    "batchtopk": BatchTopKTrainer,
    "matryoshka_batchtopk": MatryoshkaBatchTopKTrainer,
}


def main(path, d_in, size, scale, settings, out, threads):
    torch.set_num_threads(int(threads))
    rows = numpy.memmap(path, numpy.float32, "r").reshape(-1, int(size), int(d_in))
    steps = len(rows)
    settings = json.loads(settings)
    common = dict(activation_dim=int(d_in), steps=steps, seed=0, device="cpu")
    common |= dict(layer=0, lm_name="")  # asked for, and only written down
    configs = []
    for wanted in settings.values():
        own = {key: wanted[key] for key in wanted if key not in ("architecture", "d_sae")}
        trainer = TRAINERS[wanted["architecture"]]
        configs.append({"trainer": trainer, "dict_size": wanted["d_sae"], **common, **own})
    trainSAE(map(torch.tensor, rows), configs, steps, save_dir=out, device="cpu")
    for i, (folder, wanted) in enumerate(settings.items()):
        saved = torch.load(Path(out) / f"trainer_{i}" / "ae.pt")
        save(Path(out) / folder, wanted["architecture"], saved, float(scale))


def save(folder, architecture, saved, scale):
    """The state of a dictionary → SAELens' names, shapes and equations, and biases divided by the scale."""
    if architecture in ("jumprelu", "matryoshka_batchtopk"):
        tensors = {name: saved[name] for name in ("W_enc", "b_enc", "W_dec", "b_dec")}
    else:
        tensors = dict(W_enc=saved["encoder.weight"].T, W_dec=saved["decoder.weight"].T)
        tensors["b_dec"] = saved[{"standard": "bias", "gated": "decoder_bias"}.get(architecture, "b_dec")]
    cfg = dict(architecture=architecture)
    if architecture == "gated":
        tensors |= dict(b_gate=saved["gate_bias"], b_mag=saved["mag_bias"], r_mag=saved["r_mag"])
    elif architecture != "jumprelu" and "b_enc" not in tensors:
        tensors["b_enc"] = saved["encoder.bias"]
    if architecture == "jumprelu":  # it does not subtract b_dec from x
        tensors["b_enc"] = saved["b_enc"] + saved["b_dec"] @ saved["W_enc"]
        tensors["threshold"] = saved["threshold"]
    if architecture == "topk":
        cfg |= dict(k=int(saved["k"]), rescale_acts_by_decoder_norm=False)
    if architecture.endswith("batchtopk"):
        cfg["architecture"] = "jumprelu"
        tensors["threshold"] = torch.full_like(tensors["b_enc"], float(saved["threshold"]))
    d_in, d_sae = tensors["W_enc"].shape
    for name in tensors.keys() - {"W_enc", "W_dec", "r_mag"}:
        tensors[name] = tensors[name] / scale
    cfg |= dict(d_in=d_in, d_sae=d_sae, dtype="float32", device="cpu")
    cfg |= dict(apply_b_dec_to_input=True, normalize_activations="none", reshape_activations="none")
    cfg["metadata"] = dict(sae_lens_version="6.0.0", sae_lens_training_version=None)
    cfg["metadata"] |= dict(model_name="", hook_name="blocks.0.hook_resid_post", context_size=128)
    cfg["metadata"] |= dict(hook_head_index=None, prepend_bos=False)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: t.contiguous().float() for name, t in tensors.items()}, folder / "sae_weights.safetensors")
    (folder / "cfg.json").write_text(json.dumps(cfg))


if __name__ == "__main__":
    main(*sys.argv[1:])
