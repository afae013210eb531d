"""The ids that Python's tokenizers gives for texts that are hard to cut: check_tokenizer.py TOKENIZER.JSON ANSWERS"""

import json
import sys
from pathlib import Path

try:
    from tokenizers import Tokenizer
except ImportError as error:
    print(f"  skipped: no module {error.name}")
    sys.exit(2)

sys.path.insert(0, str(Path(__file__).parent / "../trainer/fixtures/tokenizer"))
from make_trained import HARD, random_texts  # noqa: E402

# every plane that holds characters, and one that holds none
CHARACTERS = [chr(c) for c in [*range(0xD800), *range(0xE000, 0x34000), *range(0xE0000, 0xE0200)]]

path, answers = sys.argv[1:]
tokenizer = Tokenizer.from_file(path)
texts = HARD + random_texts(6000, seed=1)
texts += [f"a{c}b {c}{c}1{c}'{c}.{c}\n{c}" for c in CHARACTERS]
with open(answers, "w") as file:
    for text, encoding in zip(texts, tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
        file.write(json.dumps({"text": text, "ids": encoding.ids}) + "\n")
