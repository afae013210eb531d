"""Measures a bundle with the evaluations of SAELens, dictionary_learning and sparsify, and compares: see metrics.ts.

usage: python check_metrics.py BUNDLE FOLDER MODEL     (FOLDER: ours.json and tokens.safetensors, from metrics.ts)
"""

import json
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

TOLERANCE = 1e-4

import torch
from safetensors.torch import load_file

from model_hooks import load, sites

warnings.filterwarnings("ignore")
torch.set_grad_enabled(False)
bundle, folder, model_path = map(Path, sys.argv[1:])
said = json.loads((folder / "ours.json").read_text())
ours, policy = said["ours"], said["token_policy"]
tokens = load_file(folder / "tokens.safetensors")["tokens"].long()
cfg = json.loads((bundle / "cfg.json").read_text())
hook = cfg["metadata"]["hook_name"]
weights = load_file(bundle / "sae_weights.safetensors")
failures = 0
largest = 0


def same(system, name, theirs, of, *, on="all", formula=lambda m: m):
    """A metric that means what one of ours does, or a formula of ours."""
    global failures, largest
    expected = formula(ours[on][of])
    difference = abs(theirs - expected) / max(abs(expected), 1e-2)
    largest = max(largest, difference)
    ok = difference <= TOLERANCE
    failures += not ok
    print(f"  {'ok    ' if ok else 'FAILED'}  {system:20} {name:28} {theirs:12.6f}  {of:18} {expected:12.6f}  {on}")


def differs(system, name, theirs, of, why, *, on="all", formula=lambda m: m):
    print(f"  differs {system:20} {name:28} {theirs:12.6f}  {of:18} {formula(ours[on][of]):12.6f}  {on}: {why}")


def minus_from_one(value):
    return 1 - value


def saelens():
    from sae_lens import SAE
    from sae_lens.evals import get_eval_everything_config, run_evals
    from sae_lens.training.activation_scaler import ActivationScaler
    from transformer_lens.model_bridge import TransformerBridge

    class Store:
        """All contexts as one batch."""

        context_size, store_batch_size_prompts = tokens.shape[1], len(tokens)

        def get_batch_tokens(self, _):
            return tokens

        def reset_input_dataset(self):
            pass

    sae = SAE.load_from_disk(bundle)
    model = TransformerBridge.boot_transformers(str(model_path), dtype=torch.float32)
    for on, excluded in [("all", False), ("special", policy["exclude_token_ids"])]:
        config = get_eval_everything_config(len(tokens), 1, 1)
        metrics, _ = run_evals(sae, Store(), model, ActivationScaler(), config, exclude_special_tokens=excluded)
        found = {name: value for group in metrics.values() for name, value in group.items()}
        system = "SAELens"
        for name, of in [
            ("l0", "l0"),
            ("l1", "l1"),
            ("l2_ratio", "l2_ratio"),
            ("l2_norm_in", "norm_x"),
            ("l2_norm_out", "norm_x_hat"),
            ("cossim", "cosine"),
            ("ce_loss_without_sae", "ce_clean"),
            ("ce_loss_with_sae", "ce_sae"),
        ]:
            same(system, name, found[name], of, on=on)
        same(system, "explained_variance", found["explained_variance"], "fvu", on=on, formula=minus_from_one)
        same(system, "mse", found["mse"], "mse", on=on, formula=lambda mse: mse * cfg["d_in"])
        differs(system, "explained_variance_legacy", found["explained_variance_legacy"], "fvu", "the mean of 1 - ratios, one for each token", on=on, formula=minus_from_one)
        differs(system, "kl_div_with_sae", found["kl_div_with_sae"], "kl_sae", "also at the last position of a context, which predicts nothing that is there", on=on)
        if on == "all":
            same(system, "ce_loss_with_ablation", found["ce_loss_with_ablation"], "ce_zero", on=on)
            same(system, "ce_loss_score", found["ce_loss_score"], "ce_loss_recovered", on=on)
        else:
            why = "zeros also at the tokens that are left out"
            differs(system, "ce_loss_with_ablation", found["ce_loss_with_ablation"], "ce_zero", why, on=on)
            differs(system, "ce_loss_score", found["ce_loss_score"], "ce_loss_recovered", why, on=on)
            for name, of in [("l0", "l0"), ("ce_loss_with_sae", "ce_sae")]:
                differs(system, name, found[name], of, "position 0 is no token like others, and it counts", on="own")


def activations():
    """All rows at the hook, by transformers."""
    model = load(model_path)
    module, side = sites(model)[hook]
    seen = []

    def look(x):
        seen.append((x[0] if isinstance(x, tuple) else x).flatten(0, 1))

    if side == "input":
        module.register_forward_pre_hook(lambda _, args: look(args))
    else:
        module.register_forward_hook(lambda _, args, output: look(output))
    model(tokens)
    return seen[0]


def dictionary_learning():
    from dictionary_learning.evaluation import evaluate

    dictionary = as_dictionary()
    if dictionary is None:
        return print("  skipped: dictionary_learning has no class for it")
    found = evaluate(dictionary, iter([activations()]))
    system = "dictionary_learning"
    for name, of in [("l0", "l0"), ("l1_loss", "l1"), ("l2_ratio", "l2_ratio"), ("cossim", "cosine")]:
        same(system, name, found[name], of)
    same(system, "frac_alive", found["frac_alive"], "dead_fraction", formula=minus_from_one)
    why = "1 - Var(x - x_hat) / Var(x): a constant error costs nothing"
    differs(system, "frac_variance_explained", found["frac_variance_explained"], "fvu", why, formula=minus_from_one)
    differs(system, "l2_loss", found["l2_loss"], "mse", "the mean of norms, not of their squares / d_in")
    clean, sae, zero = losses_recovered(dictionary)
    for name, value, of in [("loss_original", clean, "ce_clean"), ("loss_reconstructed", sae, "ce_sae"), ("loss_zero", zero, "ce_zero")]:
        same(system, f"{name} (its formula)", value, of)
    same(system, "frac_recovered (its formula)", (sae - zero) / (clean - zero), "ce_loss_recovered")


def losses_recovered(dictionary):
    """What loss_recovered() computes, worked out: dictionary_learning 0.1 does not run with nnsight 0.5 and later."""
    model = load(model_path)
    module, side = sites(model)[hook]

    def loss(patch):
        def on(x):
            return (patch(x[0]), *x[1:]) if isinstance(x, tuple) else patch(x)

        if side == "input":
            handle = module.register_forward_pre_hook(lambda _, args: on(args))
        else:
            handle = module.register_forward_hook(lambda _, args, output: on(output))
        logits = model(tokens).logits
        handle.remove()
        return float(torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()))

    return [loss(patch) for patch in (lambda x: x, dictionary, torch.zeros_like)]


def as_dictionary():
    """The bundle's weights in dictionary_learning's class of the same rule."""
    from dictionary_learning.dictionary import AutoEncoder
    from dictionary_learning.trainers.top_k import AutoEncoderTopK

    linear = {"encoder.weight": weights["W_enc"].T, "decoder.weight": weights["W_dec"].T}
    if cfg["architecture"] == "topk":
        dictionary = AutoEncoderTopK(cfg["d_in"], cfg["d_sae"], cfg["k"])
        own = {"b_dec": weights["b_dec"], "k": dictionary.k, "threshold": dictionary.threshold}
    elif cfg["architecture"] == "standard":
        dictionary = AutoEncoder(cfg["d_in"], cfg["d_sae"])
        own = {"bias": weights["b_dec"]}
    else:
        return None
    dictionary.load_state_dict(linear | own | {"encoder.bias": weights["b_enc"]})
    return dictionary


def sparsify():
    from sparsify import SparseCoder, SparseCoderConfig

    if cfg["architecture"] != "topk":
        return print("  skipped: sparsify has no class for it")
    coder = SparseCoder(cfg["d_in"], SparseCoderConfig(num_latents=cfg["d_sae"], k=cfg["k"]))
    named = {"encoder.weight": weights["W_enc"].T, "encoder.bias": weights["b_enc"]}
    coder.load_state_dict(named | {name: weights[name] for name in ("W_dec", "b_dec")})
    same("sparsify", "fvu", float(coder(activations()).fvu), "fvu")


print(f"{'':9} {'system':20} {'its metric':28} {'value':>12}  {'ours':18} {'value':>12}  tokens that count")
for module, check in [("sae_lens", saelens), ("dictionary_learning", dictionary_learning), ("sparsify", sparsify)]:
    if find_spec(module) is None:
        print(f"skipped: metrics of {module} (no module {module})")
        continue
    try:
        check()
    except Exception as error:
        failures += 1
        print(f"  FAILED  {module}: {type(error).__name__}: {error}")
print(f"What means the same differs by {largest:.0e} at most")
sys.exit(1 if failures else 0)
