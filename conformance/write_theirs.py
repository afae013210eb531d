"""Dictionaries that other systems write by their own classes, with what these make of some vectors.

Each is a folder: its files in `files/`, x, acts and y in vectors.safetensors, and case.json: the format, the parts of a reading
that its files do not say, and `refused` when it is none that can be read, with the word that the refusal must hold.
"""

import json
import sys
from contextlib import redirect_stdout

import numpy as np
import torch
from safetensors.torch import save_file

from their_formats import SYSTEMS

VECTORS, D_IN, D_SAE, D_OUT, K = 1024, 32, 128, 24, 8
MODEL, HOOK, HOOK_OUT = "pythia-70m-deduped", "blocks.3.hook_resid_post", "blocks.3.hook_mlp_out"


def scramble(module):
    """Numbers that show a transposed matrix, a flipped sign, a forgotten bias."""
    for name, parameter in module.named_parameters():
        values = torch.randn(parameter.shape)
        values = values.abs() + 0.1 if "threshold" in name else values * (0.3 if values.dim() > 1 else 0.5)
        parameter.data = values.to(parameter.dtype)


class Writer:
    def __init__(self, root):
        self.root, self.written = root, []

    def folder(self, name):
        folder = self.root / name / "files"
        folder.mkdir(parents=True)
        return folder

    def case(self, name, format, x, acts, y, given):
        folder = self.root / name
        tensors = {"x": x, "acts": acts, "y": y}
        save_file({key: value.detach().float().contiguous() for key, value in tensors.items()}, folder / "vectors.safetensors")
        (folder / "case.json").write_text(json.dumps({"format": format, "given": given, "refused": None}))
        self.written.append(name)

    def refused(self, name, format, word):
        (self.root / name / "case.json").write_text(json.dumps({"format": format, "given": {}, "refused": word}))
        self.written.append(name)


def saelens(out):
    import sae_lens as sl

    where = {"model_name": MODEL, "hook_name": HOOK, "hook_head_index": None, "context_size": 128, "prepend_bos": True}
    metadata = lambda **more: sl.saes.sae.SAEMetadata(**where, **more)
    x = torch.randn(VECTORS, D_IN) * 2
    configs = {
        "standard": (sl.StandardSAEConfig, {}),
        "standard, float16": (sl.StandardSAEConfig, {"dtype": "float16"}),
        "standard, bfloat16": (sl.StandardSAEConfig, {"dtype": "bfloat16"}),
        "standard, x as it is": (sl.StandardSAEConfig, {"apply_b_dec_to_input": False}),
        "standard, layer_norm": (sl.StandardSAEConfig, {"normalize_activations": "layer_norm"}),
        "gated": (sl.GatedSAEConfig, {}),
        "jumprelu": (sl.JumpReLUSAEConfig, {}),
        "jumprelu, constant_norm_rescale": (sl.JumpReLUSAEConfig, {"normalize_activations": "constant_norm_rescale"}),
        "topk": (sl.TopKSAEConfig, {"k": K}),
        "topk by norms of W_dec": (sl.TopKSAEConfig, {"k": K, "rescale_acts_by_decoder_norm": True}),
    }
    outward = {"d_out": D_OUT, "apply_b_dec_to_input": False}
    for name in ["Transcoder", "SkipTranscoder", "JumpReLUTranscoder", "JumpReLUSkipTranscoder"]:
        configs[name] = (getattr(sl, f"{name}Config"), outward)
    for name, (config_class, settings) in configs.items():
        more = {"hook_name_out": HOOK_OUT} if "d_out" in settings else {}
        config = config_class(d_in=D_IN, d_sae=D_SAE, metadata=metadata(**more), **settings)
        sae = sl.registry.get_sae_class(config.architecture())[0](config)
        scramble(sae)
        sae.save_model(out.folder(f"saelens: {name}"))
        finish(out, f"saelens: {name}", "saelens", x, {}, dtype="float32")
    trained = {
        "StandardTrainingSAE": {},
        "GatedTrainingSAE": {},
        "JumpReLUTrainingSAE": {},
        "TopKTrainingSAE": {"k": K},
        "BatchTopKTrainingSAE": {"k": K},
        "MatryoshkaBatchTopKTrainingSAE": {"k": K, "matryoshka_widths": [32, D_SAE]},
    }
    for name, settings in trained.items():
        config = getattr(sl, f"{name}Config")(d_in=D_IN, d_sae=D_SAE, metadata=metadata(), **settings)
        sae = getattr(sl, name)(config)
        scramble(sae)
        if hasattr(sae, "topk_threshold"):
            sae.topk_threshold = torch.tensor(0.7, dtype=torch.double)
        sae.save_inference_model(out.folder(f"saelens: {name}"))
        finish(out, f"saelens: {name}", "saelens", x, {})
    others = {"AbsTopKSAE": {"k": K}, "MatchingPursuitSAE": {}, "TemporalSAE": {"n_heads": 2, "bottleneck_factor": 1, "kval_topk": K}}
    for name, settings in others.items():  # what our form has no rule for must be refused by name
        config = getattr(sl, f"{name}Config")(d_in=D_IN, d_sae=D_SAE, metadata=metadata(), **settings)
        getattr(sl, name)(config).save_model(out.folder(f"saelens: {name}"))
        out.refused(f"saelens: {name}", "saelens", config.architecture())


def finish(out, name, format, x, given, dtype=None):
    """What the system makes of x, loading what it wrote."""
    system = SYSTEMS[format]()
    folder = out.root / name / "files"
    system.load(folder)
    if dtype and format == "saelens":
        system.sae = system.sae.to(dtype=torch.float32)
    acts, y = system.encode(x), system.forward(x)
    out.case(name, format, x, acts, y, given)


def dictionary_learning(out):
    from dictionary_learning import dictionary as own
    from dictionary_learning.trainers.batch_top_k import BatchTopKSAE
    from dictionary_learning.trainers.matryoshka_batch_top_k import MatryoshkaBatchTopKSAE
    from dictionary_learning.trainers.top_k import AutoEncoderTopK

    x = torch.randn(VECTORS, D_IN) * 2
    made = [
        (own.AutoEncoder, {}),
        (own.AutoEncoderNew, {}),
        (own.GatedAutoEncoder, {}),
        (own.JumpReluAutoEncoder, {}),
        (AutoEncoderTopK, {"k": K}),
        (BatchTopKSAE, {"k": K}),
        (MatryoshkaBatchTopKSAE, {"k": K, "group_sizes": [32, 96]}),
    ]
    for made_by, settings in made:
        dictionary = made_by(D_IN, D_SAE, **settings)
        scramble(dictionary)
        if made_by in (BatchTopKSAE, MatryoshkaBatchTopKSAE):
            dictionary.threshold = torch.tensor(0.7)
        name = f"dictionary_learning: {made_by.__name__}"
        folder = out.folder(name)
        torch.save(dictionary.state_dict(), folder / "ae.pt")
        trainer = {"dict_class": made_by.__name__, "activation_dim": D_IN, "dict_size": D_SAE, "layer": 3, "lm_name": f"EleutherAI/{MODEL}", "submodule_name": "resid_post_layer_3"}
        config = {"trainer": trainer | {k: v for k, v in settings.items() if k == "k"}, "buffer": {"ctx_len": 128, "io": "out"}}
        (folder / "config.json").write_text(json.dumps(config))
        # as they are stored: AutoEncoder.from_pretrained would divide directions by their norms
        out.case(name, "dictionary_learning", x, dictionary.encode(x), dictionary(x), {})


def sparsify(out):
    with redirect_stdout(sys.stderr):
        from sparsify import SparseCoder, SparseCoderConfig

    x = torch.randn(VECTORS, D_IN) * 2
    configs = {
        "SparseCoder": {},
        "SparseCoder, multi_topk": {"multi_topk": True},
        "SparseCoder, transcode": {"transcode": True},
        "SparseCoder, transcode and skip_connection": {"transcode": True, "skip_connection": True},
    }
    for name, settings in configs.items():
        coder = SparseCoder(D_IN, SparseCoderConfig(num_latents=D_SAE, k=K, **settings))
        scramble(coder)
        folder = out.folder(f"sparsify: {name}")
        coder.save_to_disk(folder / "layers.3")
        hooks = {"hook_name": HOOK, "hook_name_out": HOOK_OUT if "transcode" in settings else None}
        system = SYSTEMS["sparsify"]()
        system.load(folder / "layers.3")
        # with multi_topk, forward() gives what 4 k features decode to
        top = coder.encode(x)
        y = coder.decode(top.top_acts, top.top_indices)
        y = y if coder.W_skip is None else y + x @ coder.W_skip.mT
        out.case(f"sparsify: {name}", "sparsify", x, system.encode(x), y, {"model": MODEL, **hooks})


def openai(out):
    x = torch.randn(VECTORS, D_IN) * 2
    for activation in ["TopK", "ReLU"]:
        name = f"openai: {activation}"
        folder = out.folder(name)
        w = {
            "pre_bias": torch.randn(D_IN) * 0.5,
            "encoder.weight": torch.randn(D_SAE, D_IN) * 0.3,
            "latent_bias": torch.randn(D_SAE) * 0.5,
            "decoder.weight": torch.randn(D_IN, D_SAE) * 0.3,
            "stats_last_nonzero": torch.zeros(D_SAE, dtype=torch.long),
            "latents_activation_frequency": torch.ones(D_SAE),
            "latents_mean_square": torch.zeros(D_SAE),
        }
        settings = {"k": K, "postact_fn": "ReLU"} if activation == "TopK" else {}
        torch.save({**w, "activation": activation, "activation_state_dict": settings}, folder / "ae.pt")
        system = SYSTEMS["openai"]()
        system.w = w
        system.said = {"activation": activation, "activation_state_dict": settings, "normalize": activation == "TopK"}
        out.case(name, "openai", x, system.encode(x), system.forward(x), {"model": "gpt2", "hook_name": HOOK, "hook_name_out": None})


def gemma_scope(out):
    x = torch.randn(VECTORS, D_IN) * 2
    normal = lambda *shape: (np.random.randn(*shape) * 0.3).astype(np.float32)
    w = {"W_enc": normal(D_IN, D_SAE), "W_dec": normal(D_SAE, D_IN), "b_enc": normal(D_SAE), "b_dec": normal(D_IN)}
    w["threshold"] = np.abs(normal(D_SAE)) + np.float32(0.1)
    given = {"model": "google/gemma-2-2b", "hook_name": HOOK, "hook_name_out": None}
    system = SYSTEMS["gemma_scope"]()
    system.w = w
    np.savez(out.folder("gemma_scope: params.npz") / "params.npz", **w)
    out.case("gemma_scope: params.npz", "gemma_scope", x, system.encode(x), system.forward(x), given)
    second = {{"W_enc": "w_enc", "W_dec": "w_dec"}.get(key, key): torch.from_numpy(value) for key, value in w.items()}
    save_file(second, out.folder("gemma_scope: params.safetensors") / "params.safetensors")
    out.case("gemma_scope: params.safetensors", "gemma_scope", x, system.encode(x), system.forward(x), given)


WRITERS = {
    "saelens": saelens,
    "dictionary_learning": dictionary_learning,
    "sparsify": sparsify,
    "openai": openai,
    "gemma_scope": gemma_scope,
}
