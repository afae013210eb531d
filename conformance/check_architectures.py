"""Loads folders with SAELens, or sparsify, and compares what they give with what we say: see architectures.ts.

usage: python check_architectures.py FOLDER…
"""

import json
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

from near import near

try:
    import sae_lens
    import torch
    from safetensors.torch import load_file
except ImportError as error:
    sys.exit(print(f"skipped everything: no module {error.name}"))
warnings.filterwarnings("ignore", message="\nThis SAE has non-empty model_from_pretrained_kwargs")


def in_saelens(folder, x):
    sae = sae_lens.SAE.load_from_disk(folder)
    metadata = json.loads((folder / "cfg.json").read_text())["metadata"]
    for key in metadata:
        if getattr(sae.cfg.metadata, key) != metadata[key]:
            raise ValueError(f"metadata.{key} is {getattr(sae.cfg.metadata, key)}, expected {metadata[key]}")
    return f"SAELens {sae_lens.__version__}, {type(sae).__name__}", sae.encode(x), sae(x)


def in_sparsify(folder, x):
    """Our tensors put into sparsify's names: SAELens must refuse such a folder by the name of its architecture."""
    cfg = json.loads((folder / "cfg.json").read_text())
    try:
        sae_lens.SAE.load_from_disk(folder)
        raise ValueError("SAELens loads it: compare with that")
    except KeyError as error:
        refused = error.args[0]
    if refused != cfg["architecture"]:
        raise ValueError(f"SAELens refuses {refused}, not {cfg['architecture']}")
    with redirect_stdout(sys.stderr):  # it says whether it found Triton
        from sparsify import SparseCoder, SparseCoderConfig

    ours = load_file(folder / "sae_weights.safetensors")
    skip = "W_skip" in ours
    settings = SparseCoderConfig(num_latents=cfg["d_sae"], k=cfg["k"], transcode=True, skip_connection=skip)
    coder = SparseCoder(cfg["d_in"], settings)
    names = {"encoder.bias": "b_enc", "W_dec": "W_dec", "b_dec": "b_dec", **({"W_skip": "W_skip"} if skip else {})}
    coder.load_state_dict({"encoder.weight": ours["W_enc"].T, **{name: ours[of] for name, of in names.items()}})
    out = coder(x)
    acts = torch.zeros(len(x), cfg["d_sae"]).scatter(1, out.latent_indices, out.latent_acts)
    return f"sparsify; SAELens refuses {refused}", acts, out.sae_out


failures = 0
for folder in map(Path, sys.argv[1:]):
    vectors = load_file(folder / "vectors.safetensors")
    try:
        load = in_sparsify if folder.name.startswith("topk-transcoder") else in_saelens
        with torch.no_grad():
            loader, acts, y = load(folder, vectors["x"])
        l0 = (vectors["acts"] > 0).sum(1).float().mean()
        agreements = f"{near('activations', acts, vectors['acts'])}, {near('outputs', y, vectors['y'])}"
        print(f"ok      {folder.name}: {loader}, {agreements} on {len(y)} vectors, l0 {l0:.0f}")
    except Exception as error:
        failures += 1
        print(f"FAILED  {folder.name}: {type(error).__name__}: {error}")
sys.exit(1 if failures else 0)
