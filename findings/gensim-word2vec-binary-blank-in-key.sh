#!/bin/sh
# gensim writes word vectors whose key has a blank, and reads other words and other vectors back from the binary file.
#
# One would expect KeyedVectors.save_word2vec_format to refuse a key that the format cannot hold, or its own reader to notice. The
# key is written as it is; in word2vec's formats a blank ends a key. The text file is refused when it is read. The binary file is
# read without an error or a warning: the first word ends at the blank, the rest of the key is taken for the first bytes of the
# vector, and everything behind it is shifted: other numbers, and a second word made of bytes of the first vector. Phrases, film
# titles and entity names have such keys; write '_' in place of the blank.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gensim==4.4.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import gensim
import numpy as np
from gensim.models import KeyedVectors

print("gensim", gensim.__version__, "numpy", np.__version__)
words = KeyedVectors(2)
words.add_vectors(["new york", "a"], np.array([[1, 2], [3, 4]], np.float32))
words.save_word2vec_format("words.bin", binary=True)
words.save_word2vec_format("words.txt", binary=False)
back = KeyedVectors.load_word2vec_format("words.bin", binary=True)
print("written:", words.index_to_key, words.vectors.tolist())
print("read from the binary file:", len(back.index_to_key), "words, the first", repr(back.index_to_key[0]),
      "with", back.vectors[0].tolist())
try:
    KeyedVectors.load_word2vec_format("words.txt", binary=False)
    refusal = None
except ValueError as error:
    refusal = str(error)
print("read from the text file:", refusal)
assert len(back.index_to_key) == 2 and back.index_to_key[0] == "new" and "a" not in back.index_to_key
assert not np.array_equal(back.vectors[0], words.vectors[0]) and refusal is not None
PYTHON
# Seen:
# gensim 4.4.0 numpy 2.4.6
# written: ['new york', 'a'] [[1.0, 2.0], [3.0, 4.0]]
# read from the binary file: 2 words, the first 'new' with [2.930864630823717e+26, -4.484155085839415e-44]
# read from the text file: could not convert string to float: 'york'
