"""Losses and gradients of SAELens, dictionary_learning and sparsify, beside ours: see losses.ts.

usage: python check_losses.py FOLDER…    (tensors.safetensors: x, weights, our gradients; case.json: the rest)
"""

import json
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

TOLERANCE = 1e-5

try:
    import sae_lens
    import torch
    from safetensors.torch import load_file
    from sae_lens.saes.batchtopk_sae import BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig
    from sae_lens.saes.matryoshka_batchtopk_sae import (
        MatryoshkaBatchTopKTrainingSAE,
        MatryoshkaBatchTopKTrainingSAEConfig,
    )
    from sae_lens.saes.sae import TrainStepInput
except ImportError as error:
    sys.exit(print(f"skipped everything: no module {error.name}"))
warnings.filterwarnings("ignore")

SAELENS = {
    "standard": (sae_lens.StandardTrainingSAE, sae_lens.StandardTrainingSAEConfig),
    "gated": (sae_lens.GatedTrainingSAE, sae_lens.GatedTrainingSAEConfig),
    "jumprelu": (sae_lens.JumpReLUTrainingSAE, sae_lens.JumpReLUTrainingSAEConfig),
    "topk": (sae_lens.TopKTrainingSAE, sae_lens.TopKTrainingSAEConfig),
    "batchtopk": (BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig),
    "matryoshka_batchtopk": (MatryoshkaBatchTopKTrainingSAE, MatryoshkaBatchTopKTrainingSAEConfig),
}


def in_saelens(case, weights, x):
    """Its training_forward_pass, with decoder norms left out of the selection of topk."""
    kind, config = SAELENS[case["architecture"]]
    settings = dict(d_in=case["d_in"], d_sae=case["d_sae"])
    if case["k"]:
        settings |= dict(k=case["k"], rescale_acts_by_decoder_norm=False, aux_loss_coefficient=case["auxk_coefficient"])
    if case["architecture"] == "jumprelu":
        settings |= dict(jumprelu_sparsity_loss_mode=case["jumprelu_sparsity"])
        settings |= dict(jumprelu_bandwidth=case["jumprelu_bandwidth"], jumprelu_tanh_scale=case["jumprelu_tanh_scale"])
    if "group_sizes" in case:
        settings["matryoshka_widths"] = torch.tensor(case["group_sizes"]).cumsum(0).tolist()
    sae = kind(config(**settings))
    state = dict(weights)
    if case["architecture"] == "gated":
        state["b_gate"] = state.pop("b_enc")
    for name, value in state.items():
        setattr(sae, name, torch.nn.Parameter(value.clone()))
    coefficient = case["sparsity_coefficient"]
    step = TrainStepInput(
        sae_in=x,
        coefficients=dict(l1=coefficient, l0=coefficient),
        dead_neuron_mask=torch.tensor(case["dead"], dtype=torch.bool),
        n_training_steps=0,
        is_logging_step=False,
    )
    loss = sae.training_forward_pass(step).loss
    loss.backward()
    grads = {name: getattr(sae, "b_gate" if name == "b_enc" and "r_mag" in weights else name).grad for name in weights}
    return loss.item(), grads


def in_dictionary_learning(case, weights, x):
    """Its trainers' loss. Its auxiliary loss is divided by the error's variance, which is multiplied back."""
    from dictionary_learning.trainers import batch_top_k, gdm, matryoshka_batch_top_k, standard, top_k

    common = dict(steps=10**6, activation_dim=case["d_in"], dict_size=case["d_sae"], layer=0, lm_name="", device="cpu")
    architecture, coefficient = case["architecture"], case["sparsity_coefficient"]
    if architecture in ("standard", "gated"):
        kind = standard.StandardTrainerAprilUpdate if architecture == "standard" else gdm.GatedSAETrainer
        trainer = kind(l1_penalty=coefficient, sparsity_warmup_steps=None, **common)
    else:
        alpha = case["auxk_coefficient"] * case["error_variance"]
        kinds = dict(topk=top_k.TopKTrainer, batchtopk=batch_top_k.BatchTopKTrainer)
        kind = kinds.get(architecture, matryoshka_batch_top_k.MatryoshkaBatchTopKTrainer)
        groups = case.get("group_sizes")
        more = dict(group_fractions=[size / case["d_sae"] for size in groups]) if groups else {}
        trainer = kind(k=case["k"], auxk_alpha=alpha, **common, **more)
        trainer.num_tokens_since_fired += 10_000_000 * torch.tensor(case["dead"])
    names = {
        "standard": dict(b_dec="bias"),
        "gated": dict(b_enc="gate_bias", b_mag="mag_bias", b_dec="decoder_bias"),
        "matryoshka_batchtopk": dict(W_enc="W_enc", W_dec="W_dec", b_enc="b_enc"),
    }.get(architecture, {})
    names = {"W_enc": "encoder.weight", "W_dec": "decoder.weight", "b_enc": "encoder.bias"} | names
    transposed = lambda name: names.get(name, name).endswith(".weight")
    parameters = dict(trainer.ae.named_parameters())
    for name, value in weights.items():
        parameters[names.get(name, name)].data = (value.T if transposed(name) else value).clone()
    loss = trainer.loss(x, step=0)
    loss.backward()
    grads = {name: parameters[names.get(name, name)].grad for name in weights}
    return loss.item(), {name: grad.T if transposed(name) else grad for name, grad in grads.items()}


def in_sparsify(case, weights, x):
    """Its fraction of variance unexplained, times that variance."""
    with redirect_stdout(sys.stderr):  # it says whether it found Triton
        from sparsify import SparseCoder, SparseCoderConfig

    coder = SparseCoder(case["d_in"], SparseCoderConfig(num_latents=case["d_sae"], k=case["k"], normalize_decoder=False))
    coder.encoder.weight.data, coder.encoder.bias.data = weights["W_enc"].T.clone(), weights["b_enc"].clone()
    coder.W_dec.data, coder.b_dec.data = weights["W_dec"].clone(), weights["b_dec"].clone()
    out = coder(x, dead_mask=torch.tensor(case["dead"], dtype=torch.bool))
    variance = (x - x.mean(0)).pow(2).sum() / len(x)
    loss = (out.fvu + case["auxk_coefficient"] * out.auxk_loss) * variance
    loss.backward()
    grads = dict(W_enc=coder.encoder.weight.grad.T, b_enc=coder.encoder.bias.grad)
    return loss.item(), grads | dict(W_dec=coder.W_dec.grad, b_dec=coder.b_dec.grad)


# of each case: the peers, what their loss is of ours, and what is not compared
PEERS = {
    "standard": [(in_saelens, 1, []), (in_dictionary_learning, 1, [])],
    "gated, unit norms": [(in_dictionary_learning, 1, [])],
    "gated": [(in_saelens, 1, ["W_dec", "b_dec"])],
    "jumprelu, step": [(in_saelens, 1, [])],
    "jumprelu, tanh": [(in_saelens, 1, [])],
    "topk": [(in_saelens, 1, []), (in_dictionary_learning, 1, []), (in_sparsify, 1, [])],
    "topk, AuxK": [
        (in_saelens, 1, []),
        (in_dictionary_learning, 1, []),
        (in_sparsify, 1, ["W_enc", "b_enc", "b_dec"]),
    ],
    "batchtopk": [(in_saelens, 1, []), (in_dictionary_learning, 1, [])],
    "matryoshka_batchtopk": [(in_saelens, 3, []), (in_dictionary_learning, 1 / 3, [])],
}


def compare(case, weights, ours, loss, grads, times, left_out):
    """The largest differences, relative to our largest number of each kind."""
    differences = {"loss": abs(loss / times / case["losses"]["loss"] - 1)}
    for name in weights:
        if name in left_out:
            continue
        mine, grad = ours[name], grads[name] / times
        if name == "threshold":
            grad = grad * weights[name]  # ours is that of its logarithm
        differences[name] = float((grad - mine).abs().max() / mine.abs().max())
    worst = max(differences, key=differences.get)
    if not differences[worst] <= TOLERANCE:
        raise ValueError(f"{worst} differs by {differences[worst]:.1e}; all: {differences}")
    parts = ", ".join(name for name in differences if name != "loss")
    return f"loss within {differences['loss']:.0e}; gradients of {parts} within {differences[worst]:.0e}"


failures = 0
for folder in map(Path, sys.argv[1:]):
    case = json.loads((folder / "case.json").read_text())
    tensors = load_file(folder / "tensors.safetensors")
    x = tensors.pop("x")
    ours = {name.removeprefix("grad "): t for name, t in tensors.items() if name.startswith("grad ")}
    weights = {name: tensors[name] for name in ours}
    for peer, times, left_out in PEERS[case["name"]]:
        name = f"{case['name']}, {peer.__name__.removeprefix('in_')}"
        try:
            agreement = compare(case, weights, ours, *peer(case, weights, x), times, left_out)
            print(f"ok      {name}: {agreement}")
        except ImportError as error:
            print(f"skipped {name}: no module {error.name}")
        except Exception as error:
            failures += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}")
sys.exit(1 if failures else 0)
