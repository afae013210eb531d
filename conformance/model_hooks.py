"""TransformerLens' hooks on the models of Hugging Face transformers."""

import torch
from transformers import AutoModelForCausalLM


def load(folder):
    """In float32: casting a model to half precision would round its rotary frequencies too."""
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()


# where a family's modules lie: the body in the model, what follows in the body, and the last three in each layer
GPT_NEOX = {
    "body": "gpt_neox",
    "embed": "embed_in",
    "layers": "layers",
    "ln_final": "final_layer_norm",
    "attn_out": "attention.dense",
    "mlp_norm": "post_attention_layernorm",
    "mlp_out": "mlp.dense_4h_to_h",
}
GPT2 = {
    "body": "transformer",
    "embed": "wte",
    "layers": "h",
    "ln_final": "ln_f",
    "attn_out": "attn.c_proj",
    "mlp_norm": "ln_2",
    "mlp_out": "mlp.c_proj",
}
LLAMA = {
    "body": "model",
    "embed": "embed_tokens",
    "layers": "layers",
    "ln_final": "norm",
    "attn_out": "self_attn.o_proj",
    "mlp_norm": "post_attention_layernorm",
    "mlp_out": "mlp.down_proj",
}


def sites(model):
    """hook name -> (module, whether the hook is its input, its output, or its output before the gain)"""
    family = {"gpt_neox": GPT_NEOX, "gpt2": GPT2}.get(model.config.model_type, LLAMA)
    body = model.get_submodule(family["body"])
    found = {"hook_embed": (body.get_submodule(family["embed"]), "output")}
    for i, layer in enumerate(body.get_submodule(family["layers"])):
        block = f"blocks.{i}"
        parts = ["attn_out", "mlp_norm", "mlp_out"]
        attn_out, mlp_norm, mlp_out = (layer.get_submodule(family[part]) for part in parts)
        found[f"{block}.hook_resid_pre"] = (layer, "input")
        found[f"{block}.attn.hook_z"] = (attn_out, "input")
        found[f"{block}.hook_attn_out"] = (attn_out, "output")
        if not getattr(model.config, "use_parallel_residual", False):
            found[f"{block}.hook_resid_mid"] = (mlp_norm, "input")
        found[f"{block}.mlp.hook_post"] = (mlp_out, "input")
        found[f"{block}.hook_mlp_out"] = (mlp_out, "output")
        found[f"{block}.hook_resid_post"] = (layer, "output")
    side = "normalized" if family is LLAMA else "output"
    found["ln_final.hook_normalized"] = (body.get_submodule(family["ln_final"]), side)
    return found


def attach(module, side, function):
    """Calls function(x) on a module's input or output; what it returns, if anything, takes x's place."""
    if side == "normalized":

        def rescale(_, args, __):
            gain = module.weight.data
            module.weight.data = torch.ones_like(gain)
            x = module.forward(*args)
            module.weight.data = gain
            changed = function(x)
            return None if changed is None else changed * gain

        return module.register_forward_hook(rescale)

    if side == "input":

        def before(_, args, kwargs):
            if args:
                x = function(args[0])
                return None if x is None else ((x, *args[1:]), kwargs)
            x = function(kwargs["hidden_states"])
            return None if x is None else (args, {**kwargs, "hidden_states": x})

        return module.register_forward_pre_hook(before, with_kwargs=True)

    def after(_, __, output):
        x = function(output[0] if isinstance(output, tuple) else output)
        if x is None:
            return None
        return (x, *output[1:]) if isinstance(output, tuple) else x

    return module.register_forward_hook(after)


@torch.no_grad()
def every_hook(model, tokens):
    record, handles = {}, []
    for name, (module, side) in sites(model).items():
        handles.append(attach(module, side, lambda x, name=name: record.update({name: x.clone()})))
    record["logits"] = model(tokens).logits
    for handle in handles:
        handle.remove()
    return record


def next_token_ce(logits, tokens):
    log_p = logits[:, :-1].log_softmax(-1)
    return -log_p.gather(-1, tokens[:, 1:, None])[..., 0]


@torch.no_grad()
def halved(model, tokens, name, clean):
    """CE, and KL(clean || patched), when half of the activations stand in for them at one hook."""
    handle = attach(*sites(model)[name], lambda x: x / 2)
    logits = model(tokens).logits
    handle.remove()
    log_p, log_q = clean[:, :-1].log_softmax(-1), logits[:, :-1].log_softmax(-1)
    return next_token_ce(logits, tokens), (log_p.exp() * (log_p - log_q)).sum(-1)
