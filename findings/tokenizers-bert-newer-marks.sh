#!/bin/sh
# BERT's normaliser of Hugging Face's tokenizers strips marks and splits at punctuation of Unicode 8 (2015) only.
#
# One would expect strip_accents to remove every nonspacing mark, as BERT's own code does with Python's unicodedata, and the
# pre-tokenizer to cut at every punctuation character. tokenizers has the categories of Unicode 8: a mark of the Quran that came
# with Unicode 9 stays in the word, so that the word is another token or unknown, where one of Unicode 4 is removed; and a text is
# not cut at punctuation that came later, such as the Cornish verse divider. Regular expressions in the same library (\w) are of
# a newer version.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tokenizers==0.23.3
"$folder/venv/bin/python" - <<'PYTHON'
import unicodedata

import tokenizers
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

print("tokenizers", tokenizers.__version__, "unicodedata", unicodedata.unidata_version)
word = "\u0642\u0627\u0644"
strip, cut = BertNormalizer(), BertPreTokenizer()
for mark, is_stripped in [("\u0610", True), ("\u08d4", False), ("\u08e1", False)]:
    assert unicodedata.category(mark) == "Mn"
    left = strip.normalize_str(word + mark)
    print(f"U+{ord(mark):04X} {unicodedata.name(mark)} (Mn):", "stripped" if left == word else "left in the word")
    assert (left == word) == is_stripped
for mark, is_cut in [("\u061e", True), ("\u2e43", False), ("\u2e4f", False)]:
    assert unicodedata.category(mark) == "Po"
    parts = len(cut.pre_tokenize_str("a" + mark + "b"))
    print(f"U+{ord(mark):04X} {unicodedata.name(mark)} (Po):", f"{parts} words")
    assert (parts == 3) == is_cut
PYTHON
