#!/bin/sh
# The same SentencePiece model keeps an accent in SentencePiece and loses it in Hugging Face's tokenizers.
#
# One would expect the normaliser Precompiled, which carries SentencePiece's own character map, to normalise as SentencePiece does.
# It looks the shortest match of a whole grapheme up and replaces all of it by that: of a full-width letter, a ligature or a
# circled digit with a combining mark behind it (five bytes of UTF-8 or fewer), the mark is gone. A full-width A with an acute
# becomes A in tokenizers and Á in SentencePiece, which are other tokens and other vectors; NFKC, which both maps are made of, gives
# Á. Plain letters with marks are treated alike.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tokenizers==0.23.3 sentencepiece==0.2.3 protobuf==7.36.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import unicodedata

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2
from tokenizers.normalizers import Precompiled

print("tokenizers", tokenizers.__version__, "sentencepiece", sentencepiece.__version__)
with open("text.txt", "w") as file:
    file.write("the quick brown fox jumps over the lazy dog\n" * 20)
sentencepiece.SentencePieceTrainer.train(
    input="text.txt", model_prefix="m", vocab_size=40, hard_vocab_limit=False, normalization_rule_name="nmt_nfkc", add_dummy_prefix=False, minloglevel=2)
proto = sentencepiece_model_pb2.ModelProto()
proto.ParseFromString(open("m.model", "rb").read())
fast = Precompiled(proto.normalizer_spec.precompiled_charsmap)
slow = sentencepiece.SentencePieceProcessor(model_file="m.model")
for name, text in [("full-width A, acute", "\uff21\u0301"), ("ligature fi, acute", "\ufb01\u0301"), ("circled 1, acute", "\u2460\u0301")]:
    answers = fast.normalize_str(text), slow.normalize(text), unicodedata.normalize("NFKC", text)
    print(f"{name}: tokenizers {ascii(answers[0])}, sentencepiece {ascii(answers[1])}, NFKC {ascii(answers[2])}")
    assert unicodedata.normalize("NFD", answers[1]).count("\u0301") == 1, "sentencepiece lost the accent"
    assert unicodedata.normalize("NFD", answers[0]).count("\u0301") == 0, "tokenizers keeps the accent now"
plain = "e\u0301"
print("e, acute: tokenizers", ascii(fast.normalize_str(plain)), "sentencepiece", ascii(slow.normalize(plain)))
assert fast.normalize_str(plain) == slow.normalize(plain) == "\u00e9"
PYTHON
