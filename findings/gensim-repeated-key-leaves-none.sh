#!/bin/sh
# A repeated key in a file of word vectors leaves a nameless row in gensim, which then answers queries.
#
# One would expect a key that is there twice to be refused, or its second vector to be left out, since gensim warns that it ignores
# the duplicate. The second vector is left out, but its place is not: the matrix keeps a row of zeros at the end for which
# index_to_key holds None, len() counts it, and most_similar returns it as a neighbour called None. Files of GloVe's larger sets and
# files that were put together from several have such keys.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gensim==4.4.0 numpy==2.4.6
cd "$folder"
printf '3 2\na 1 2\nb 3 4\na 9 9\n' > words.txt
"$folder/venv/bin/python" - <<'PYTHON'
import gensim
import numpy as np
from gensim.models import KeyedVectors

print("gensim", gensim.__version__, "numpy", np.__version__)
words = KeyedVectors.load_word2vec_format("words.txt")
print("keys:", words.index_to_key, "rows:", words.vectors.shape[0], "len:", len(words))
print("last row:", words.vectors[-1].tolist(), "vector of a:", words["a"].tolist())
print("neighbours of a:", [name for name, _ in words.most_similar("a", topn=5)])
assert words.index_to_key == ["a", "b", None] and len(words) == 3
assert words["a"].tolist() == [1.0, 2.0]
PYTHON
# Seen:
# gensim 4.4.0 numpy 2.4.6
# keys: ['a', 'b', None] rows: 3 len: 3
# last row: [0.0, 0.0] vector of a: [1.0, 2.0]
# neighbours of a: ['b', None]
