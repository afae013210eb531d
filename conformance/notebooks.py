"""Executes the notebooks of notebooks/ as they stand, against a hub that runs; nothing is written into them.

usage: python conformance/notebooks.py HUB MODEL/DICTIONARY…
"""

import json
import os
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
except ImportError as error:
    sys.exit(print(f"skipped: notebooks (no module {error.name})"))

FOLDER = Path(__file__).parent.parent / "notebooks"
NEEDS = {
    "interpret": ["torch", "transformers", "safetensors", "pandas", "pyarrow", "matplotlib", "ipykernel"],
    "saelens": ["torch", "sae_lens", "transformer_lens", "pandas", "pyarrow", "ipykernel"],
}


def hindrance(name, hub, dictionary):
    """Why a notebook cannot be executed here; None when it can."""
    missing = [module for module in NEEDS[name] if find_spec(module) is None]
    if missing:
        return f"no module {', '.join(missing)}"
    with urlopen(f"{hub}/api/v1/dictionaries/{dictionary}/files/cfg.json") as response:
        architecture = json.load(response)["architecture"]
    is_unknown = architecture.startswith("topk") and architecture.endswith("transcoder")
    return f"SAELens has no {architecture}" if name == "saelens" and is_unknown else None


def last_output(notebook):
    """What the last cell shows, as text."""
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    return outputs[-1][-1].get("data", {}).get("text/plain", "") if outputs else ""


def execute(name, hub, dictionary, downloads):
    os.environ.update(HUB=hub, DICTIONARY=dictionary, FOLDER=downloads)
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return last_output(notebook)


hub, *dictionaries = sys.argv[1:]
failures = 0
with tempfile.TemporaryDirectory() as downloads:
    for dictionary in dictionaries:
        for name in NEEDS:
            if reason := hindrance(name, hub, dictionary):
                print(f"skipped: {name}.ipynb of {dictionary} ({reason})", flush=True)
                continue
            started = time.monotonic()
            try:
                shown = execute(name, hub, dictionary, downloads)
            except CellExecutionError as error:
                failures += 1
                print(f"FAILED  {name}.ipynb of {dictionary}: {error.ename}: {error.evalue}\n{error}")
                continue
            print(f"ok      {name}.ipynb of {dictionary}: every cell, {time.monotonic() - started:.0f} s", flush=True)
            if os.environ.get("VERBOSE"):
                print(shown)
sys.exit(1 if failures else 0)
