"""Loads what we export with the systems that it is for, saves it again by them, and writes files of theirs: see formats.ts.

usage: python check_formats.py FOLDER     (FOLDER: ours/CASE/{vectors.safetensors, FORMAT/…}; theirs/ and again/ are written)
A line of JSON for each comparison: {case, format, result: ok | failed | skipped | noted, says}.
"""

import json
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

root = Path(sys.argv[1])


def tell(case, format, result, says):
    print(json.dumps({"case": case, "format": format, "result": result, "says": says}), flush=True)


import torch
from safetensors.torch import load_file

from near import near
from their_formats import SYSTEMS
from write_theirs import WRITERS, Writer

warnings.filterwarnings("ignore")
torch.manual_seed(0)
torch.set_grad_enabled(False)


def read_ours(case, format):
    vectors = load_file(case / "vectors.safetensors")
    system = SYSTEMS[format]()
    loader = system.load(case / format)
    again = root / "again" / case.name / format
    again.mkdir(parents=True)
    system.save(again)
    acts = near("activations", system.encode(vectors["x"]), vectors["acts"])
    outputs = near("outputs", system.forward(vectors["x"]), vectors["y"])
    return f"{loader}: {acts}, {outputs}"


def sparsify_in_saelens():
    """What SAELens' own converter makes of a coder that sparsify wrote; with its matrices turned back, and b_dec subtracted."""
    from sae_lens.loading.pretrained_sae_loaders import sparsify_disk_loader

    from sae_lens import SAE, TopKSAE, TopKSAEConfig

    case = root / "theirs" / "sparsify: SparseCoder"
    folder, vectors = case / "files" / "layers.3", load_file(case / "vectors.safetensors")
    try:
        sae = SAE.load_from_disk(folder, dtype="float32", converter=sparsify_disk_loader)
        return f"loads: {near('outputs', sae(vectors['x']), vectors['y'])}"
    except Exception as error:
        says = " ".join(str(error).split()).split(": ", 1)[-1]
    config, tensors = sparsify_disk_loader(folder, cfg_overrides={"dtype": "float32"})
    tensors["W_dec"] = tensors["W_dec"].T
    differences = []
    for subtract in [config["apply_b_dec_to_input"], True]:
        sizes = {key: config[key] for key in ("d_in", "d_sae")}
        sae = TopKSAE(TopKSAEConfig(**sizes, k=config["activation_fn_kwargs"]["k"], apply_b_dec_to_input=subtract))
        sae.load_state_dict(tensors)
        differences.append(f"{float((sae(vectors['x']) - vectors['y']).abs().max()):.0e}")
    return f"does not load ({says}); with W_dec turned back outputs differ by {differences[0]}, with b_dec subtracted too by {differences[1]}"


out = Writer(root / "theirs")
for format, system in SYSTEMS.items():
    if find_spec(system.module) is None:
        tell("all", format, "skipped", f"no module {system.module}")
        continue
    for case in sorted((root / "ours").iterdir()):
        if not (case / format).exists():
            continue
        try:
            tell(case.name, format, "ok", read_ours(case, format))
        except Exception as error:
            tell(case.name, format, "failed", f"{type(error).__name__}: {error}")
    try:
        WRITERS[format](out)
    except Exception as error:
        tell("what it writes", format, "failed", f"{type(error).__name__}: {error}")
if find_spec("sae_lens") and find_spec("sparsify"):
    try:
        tell("sparsify's by SAELens' loader", "saelens", "noted", sparsify_in_saelens())
    except Exception as error:
        tell("sparsify's by SAELens' loader", "saelens", "noted", f"{type(error).__name__}: {error}")
