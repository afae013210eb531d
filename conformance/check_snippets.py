"""Runs a page's Python snippets, each as it stands, and compares their numbers (see snippets.ts).

usage: python check_snippets.py < SNIPPETS    (SNIPPETS: a JSON object of code by key)
"""

import json
import sys
import traceback
import warnings

TOLERANCE = 1e-5
LOGIT_TOLERANCE = 1e-4
X = "# activations at the hook\n"

warnings.filterwarnings("ignore")


def run(key, code):
    """What the snippet leaves behind; None if a package is missing or it fails."""
    namespace = {"__name__": f"snippet {key}"}
    try:
        exec(compile(code, f"<snippet {key}>", "exec"), namespace)
    except ModuleNotFoundError as error:
        print(f"  skipped {key}: no module {error.name}")
        return None
    except Exception:
        traceback.print_exc(file=sys.stdout)
        failures.append(key)
        return None
    return namespace


def compare(key, what, found, expected, tolerance):
    difference = (found - expected).abs().max().item() / max(1.0, expected.abs().max().item())
    ok = difference <= tolerance
    print(f"  {'ok' if ok else 'FAILED'}: {key}, {what} within {difference:.1e}")
    if not ok:
        failures.append(key)


snippets = json.load(sys.stdin)
failures = []
left = {key: run(key, code) for key, code in snippets.items()}
left = {key: namespace for key, namespace in left.items() if namespace is not None}

if "torch" in left:  # the plain equations judge the libraries, on each one's own x
    forward = snippets["torch"].split(X)[1]
    print(f"  ok: torch, x_hat {list(left['torch']['x_hat'].shape)}")
    for key in ("saelens", "dictionary_learning"):
        if key not in left:
            continue
        expected = dict(left["torch"], x=left[key]["x"])
        exec(forward, expected)
        for what in ("acts", "x_hat"):
            compare(key, what, left[key][what].detach(), expected[what], TOLERANCE)
if "pandas" in left:
    features = left["pandas"]["features"]
    same = len(features) == left["torch"]["w"]["W_dec"].shape[0] if "torch" in left else len(features) > 0
    print(f"  {'ok' if same else 'FAILED'}: pandas, {len(features)} features")
    if not same:
        failures.append("pandas")
if "transformers" in left:
    print(f"  ok: transformers, logits {list(left['transformers']['logits'].shape)}")
    if "transformer-lens" in left:
        theirs, lens = left["transformers"], left["transformer-lens"]
        same = theirs["inputs"]["input_ids"].tolist() == lens["tokens"].tolist()
        print(f"  {'ok' if same else 'FAILED'}: transformer-lens, the same tokens")
        if not same:
            failures.append("tokens")
        compare("transformer-lens", "logits", lens["logits"].detach(), theirs["logits"].detach(), LOGIT_TOLERANCE)
        print(f"  ok: transformer-lens, x {list(lens['x'].shape)} at {lens['hook']}")

if failures:
    print(f"  FAILED: {', '.join(dict.fromkeys(failures))}")
sys.exit(1 if failures else 0)
