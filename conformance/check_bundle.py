"""Opens a bundle with packages that know nothing of us and compares what they find with what we say.

usage: python check_bundle.py BUNDLE VECTORS    (VECTORS: x, acts and x_hat, from check.ts)
"""

import importlib
import json
import sys
from pathlib import Path

TOLERANCE = 1e-5

bundle, vectors_path = Path(sys.argv[1]), Path(sys.argv[2])
cfg = json.loads((bundle / "cfg.json").read_text())
d_in, d_sae = cfg["d_in"], cfg["d_sae"]
failures = 0


def check(name, *modules):
    """Runs a check at once, or says which package it lacks."""

    def run(body):
        global failures
        try:
            found = [importlib.import_module(module) for module in modules]
        except ImportError as error:
            print(f"  skipped {name}: no module {error.name}")
            return
        try:
            print(f"  ok      {name}: {body(*found)}")
        except Exception as error:
            failures += 1
            print(f"  FAILED  {name}: {type(error).__name__}: {error}")

    return run


def near(what, found, expected):
    """The largest difference, relative to the largest number where that is above 1."""
    import numpy as np

    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if found.shape != expected.shape:
        raise ValueError(f"{what}: shape {found.shape}, expected {expected.shape}")
    difference = float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))
    if not difference <= TOLERANCE:
        raise ValueError(f"{what}: differs by {difference:.2e}, expected at most {TOLERANCE:.0e}")
    return f"{what} within {difference:.1e}"


@check("the equations in numpy", "numpy", "safetensors.numpy")
def _(np, safetensors):
    w = {k: v.astype(np.float64) for k, v in safetensors.load_file(bundle / "sae_weights.safetensors").items()}
    vectors = safetensors.load_file(vectors_path)
    x = vectors["x"].astype(np.float64)
    norm = cfg["normalize_activations"]
    mean, std = x.mean(1, keepdims=True), x.std(1, ddof=1, keepdims=True)
    scale = x.shape[1] ** 0.5 / np.linalg.norm(x, axis=1, keepdims=True)
    rows = {"none": x, "layer_norm": (x - mean) / (std + 1e-5), "constant_norm_rescale": x * scale}[norm]
    product = (rows - w["b_dec"] if cfg["apply_b_dec_to_input"] else rows) @ w["W_enc"]
    if cfg["architecture"] == "gated":
        acts = np.where(product + w["b_gate"] > 0, np.maximum(np.exp(w["r_mag"]) * product + w["b_mag"], 0), 0)
    else:
        acts = np.maximum(product + w["b_enc"], 0)
    if cfg["architecture"].startswith("topk"):
        kth = np.sort(acts, axis=1)[:, -cfg["k"], None]
        acts = np.where(acts >= kth, acts, 0)
    if cfg["architecture"].startswith("jumprelu"):
        acts = np.where(acts > w["threshold"], acts, 0)
    x_hat = acts @ w["W_dec"] + w["b_dec"]
    if "W_skip" in w:
        x_hat += x @ w["W_skip"].T
    x_hat = {"none": x_hat, "layer_norm": x_hat * std + mean, "constant_norm_rescale": x_hat / scale}[norm]
    return f"{near('acts', vectors['acts'], acts)}, {near('x_hat', vectors['x_hat'], x_hat)}"


@check("SAELens", "torch", "sae_lens", "safetensors.torch")
def _(torch, sae_lens, safetensors):
    try:
        sae = sae_lens.SAE.load_from_disk(bundle)
    except KeyError as error:
        return f"{sae_lens.__version__} has no {error.args[0]}"
    vectors = safetensors.load_file(vectors_path)
    with torch.no_grad():
        acts = sae.encode(vectors["x"])
        x_hat = sae(vectors["x"])
    if (sae.cfg.d_in, sae.cfg.d_sae) != (d_in, d_sae):
        raise ValueError(f"d_in, d_sae = {sae.cfg.d_in}, {sae.cfg.d_sae}")
    if sae.cfg.metadata.hook_name != cfg["metadata"]["hook_name"]:
        raise ValueError(f"hook_name {sae.cfg.metadata.hook_name}")
    return (
        f"{sae_lens.__version__}, {sae.cfg.architecture()} at {sae.cfg.metadata.hook_name}, "
        f"{near('acts', acts, vectors['acts'])}, {near('x_hat', x_hat, vectors['x_hat'])}"
    )


@check("sparsity", "numpy", "safetensors.numpy")
def _(np, safetensors):
    sparsity = safetensors.load_file(bundle / "sparsity.safetensors")["sparsity"]
    if sparsity.shape != (d_sae,) or sparsity.dtype != np.float32:
        raise ValueError(f"{sparsity.dtype} {sparsity.shape}")
    return f"{d_sae} features"


@check("the tables' types", "pyarrow.parquet")
def _(parquet):
    rows = {}
    for path in sorted(bundle.glob("*.parquet")):
        table = parquet.read_table(path)
        rows[path.name] = table.num_rows
        for field in table.schema:
            kind = str(getattr(field.type, "value_type", field.type))
            if kind not in ("int32", "float"):
                raise ValueError(f"{path.name}: {field.name} is {field.type}")
    if rows["features.parquet"] != d_sae:
        raise ValueError(f"{rows['features.parquet']} features, expected {d_sae}")
    return ", ".join(f"{name} {n} rows" for name, n in rows.items())


@check("pandas and polars find the same", "pandas", "polars")
def _(pandas, polars):
    for path in sorted(bundle.glob("*.parquet")):
        one, other = pandas.read_parquet(path), polars.read_parquet(path)
        if list(one.columns) != other.columns or len(one) != len(other):
            raise ValueError(f"{path.name} differs")
        last = len(one) - 1
        for name in one.columns if last >= 0 else []:
            a, b = one[name].iloc[last], other[name][last]
            same = list(a) == b.to_list() if hasattr(b, "to_list") else a == b or (b is None and a != a)
            if not same:
                raise ValueError(f"{path.name}: {name} is {a} and {b}")
    return "last rows compared"


@check("features against the weights", "numpy", "pyarrow.parquet", "safetensors.numpy")
def _(np, parquet, safetensors):
    if json.loads((bundle / "manifest.json").read_text())["provenance"]["engine"] == "invented":
        return "invented numbers, not compared"
    w = {k: v.astype(np.float64) for k, v in safetensors.load_file(bundle / "sae_weights.safetensors").items()}
    features = {k: np.array(v) for k, v in parquet.read_table(bundle / "features.parquet").to_pydict().items()}
    norms = np.linalg.norm(w["W_dec"], axis=1)
    unit = w["W_dec"] / norms[:, None]
    encoder = w["W_enc"].T / np.linalg.norm(w["W_enc"], axis=0)[:, None]
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    k = features["nearest_cosines"].shape[1]
    if (features["activation_histogram"].sum(axis=1) != features["n_active"]).any():
        raise ValueError("a histogram does not sum to n_active")
    return ", ".join(
        [
            near("decoder_norm", features["decoder_norm"], norms),
            near("encoder_decoder_cosine", features["encoder_decoder_cosine"], (encoder * unit).sum(axis=1)),
            near("nearest_cosines", features["nearest_cosines"], -np.sort(-cosines, axis=1)[:, :k]),
        ]
    )


@check("examples against each other", "numpy", "pyarrow.parquet")
def _(np, parquet):
    if json.loads((bundle / "manifest.json").read_text())["provenance"]["engine"] == "invented":
        return "invented numbers, not compared"
    features = parquet.read_table(bundle / "features.parquet").to_pydict()
    examples = parquet.read_table(bundle / "examples.parquet").to_pylist()
    for row in examples:
        chosen = row["activations"][row["position"] - row["window_start"]]
        low = 0 if row["interval"] == 0 else row["interval_min"]
        if not low * (1 - 1e-6) < chosen <= row["interval_max"] * (1 + 1e-6):
            raise ValueError(f"{chosen} lies outside its interval: {row}")
        if row["interval"] == 0 and row["rank"] == 0 and chosen != features["max_activation"][row["feature"]]:
            raise ValueError(f"the top example has {chosen}: {row}")
    shares = {(row["feature"], row["interval"]): row["interval_share"] for row in examples if row["interval"] > 0}
    totals = np.zeros(d_sae)
    for (feature, _), share in shares.items():
        totals[feature] += share
    return f"{len(examples)} rows, {near('shares', totals[totals > 0], np.ones((totals > 0).sum()))}"


sys.exit(1 if failures else 0)
