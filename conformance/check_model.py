"""Runs a model with Hugging Face transformers, in float32, and compares it with ours.

usage: python check_model.py MODEL_FOLDER OURS    (OURS: tokens, hooks, logits and ce, from model.ts)
"""

import sys

TOLERANCE = 1e-4

try:
    import torch
    import transformers
    from safetensors.torch import load_file

    from model_hooks import every_hook, load, next_token_ce
except ImportError as error:
    print(f"  skipped: no module {error.name} (pip install torch transformers safetensors)")
    sys.exit(0)


def difference(found, expected):
    """max|diff| / max|expected| at each token; the worst of them."""
    if found.shape != expected.shape:
        raise ValueError(f"shape {list(found.shape)}, expected {list(expected.shape)}")
    largest = expected.abs().amax(-1).clamp_min(1e-30)
    worst = ((found - expected).abs().amax(-1) / largest).max().item()
    return worst if worst == worst else float("inf")


folder, ours_path = sys.argv[1:]
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
ours = load_file(ours_path)
tokens = ours["tokens"].long()
theirs = every_hook(load(folder), tokens)

worst = {}
for name, expected in theirs.items():
    parts = name.split(".")
    site = ".".join(parts[2:]) if parts[0] == "blocks" else name
    layer = f"layer {parts[1]}" if parts[0] == "blocks" else ""
    worst[site] = max(worst.get(site, (0, layer)), (difference(ours[name], expected), layer))

versions = f"transformers {transformers.__version__}, torch {torch.__version__}"
contexts, size = tokens.shape
print(f"  {versions}, {contexts} contexts of {size} tokens, {len(theirs) - 1} hooks")
print("  worst difference, relative to the largest number of its token:")
for site, (value, layer) in worst.items():
    print(f"    {site:26} {value:.1e}  {layer}{'' if value <= TOLERANCE else '  TOO LARGE'}")
ce, expected_ce = ours["ce"], next_token_ce(theirs["logits"], tokens)
ce_difference = (ce - expected_ce).abs().max().item()
print(f"  CE {ce.mean():.6f} of ours, {expected_ce.mean():.6f} of theirs; each within {ce_difference:.1e} nats")

unheard = set(theirs) ^ (set(ours) - {"tokens", "ce"})
if unheard:
    print(f"  FAILED: only one of the two has {', '.join(sorted(unheard))}")
exact = not unheard and ce_difference <= TOLERANCE and all(v <= TOLERANCE for v, _ in worst.values())
print("  ok: the same model" if exact else f"  FAILED: expected at most {TOLERANCE:.0e}")
sys.exit(0 if exact else 1)
