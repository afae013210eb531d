"""TransformerLens' hooks on the models of Hugging Face transformers."""

import torch
from transformers import AutoModelForCausalLM


def load(folder):
    """In float32: casting a model to half precision would round its rotary frequencies too."""
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()


def sites(model):
    """hook name -> (module, whether the hook is its input, its output, or its output before the gain)"""
    return {"gpt_neox": gpt_neox_sites, "gpt2": gpt2_sites}.get(
        model.config.model_type, llama_sites
    )(model)


def gpt_neox_sites(model):
    body = model.gpt_neox
    found = {"hook_embed": (body.embed_in, "output")}
    for i, layer in enumerate(body.layers):
        block = f"blocks.{i}"
        found[f"{block}.hook_resid_pre"] = (layer, "input")
        found[f"{block}.attn.hook_z"] = (layer.attention.dense, "input")
        found[f"{block}.hook_attn_out"] = (layer.attention.dense, "output")
        if not model.config.use_parallel_residual:
            found[f"{block}.hook_resid_mid"] = (layer.post_attention_layernorm, "input")
        found[f"{block}.mlp.hook_post"] = (layer.mlp.dense_4h_to_h, "input")
        found[f"{block}.hook_mlp_out"] = (layer.mlp.dense_4h_to_h, "output")
        found[f"{block}.hook_resid_post"] = (layer, "output")
    found["ln_final.hook_normalized"] = (body.final_layer_norm, "output")
    return found


def gpt2_sites(model):
    body = model.transformer
    found = {"hook_embed": (body.wte, "output")}
    for i, layer in enumerate(body.h):
        block = f"blocks.{i}"
        found[f"{block}.hook_resid_pre"] = (layer, "input")
        found[f"{block}.attn.hook_z"] = (layer.attn.c_proj, "input")
        found[f"{block}.hook_attn_out"] = (layer.attn.c_proj, "output")
        found[f"{block}.hook_resid_mid"] = (layer.ln_2, "input")
        found[f"{block}.mlp.hook_post"] = (layer.mlp.c_proj, "input")
        found[f"{block}.hook_mlp_out"] = (layer.mlp.c_proj, "output")
        found[f"{block}.hook_resid_post"] = (layer, "output")
    found["ln_final.hook_normalized"] = (body.ln_f, "output")
    return found


def llama_sites(model):
    body = model.model
    found = {"hook_embed": (body.embed_tokens, "output")}
    for i, layer in enumerate(body.layers):
        block = f"blocks.{i}"
        found[f"{block}.hook_resid_pre"] = (layer, "input")
        found[f"{block}.attn.hook_z"] = (layer.self_attn.o_proj, "input")
        found[f"{block}.hook_attn_out"] = (layer.self_attn.o_proj, "output")
        found[f"{block}.hook_resid_mid"] = (layer.post_attention_layernorm, "input")
        found[f"{block}.mlp.hook_post"] = (layer.mlp.down_proj, "input")
        found[f"{block}.hook_mlp_out"] = (layer.mlp.down_proj, "output")
        found[f"{block}.hook_resid_post"] = (layer, "output")
    found["ln_final.hook_normalized"] = (body.norm, "normalized")
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
