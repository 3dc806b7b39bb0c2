"""Files of vectors as other programs write them, and what those programs read: Tests/ZooWorkflowsTests/Goldens/Vectors.

Written with gensim 4.4.0, numpy 2.4.6, safetensors 0.8.0. Run from the top of the checkout. Prints nothing.
Check of what zoo exports: vector_files.py check FOLDER, which holds out.npy, out.vec, projector/ and out.csv.
"""

import json
import os
import sys

import numpy as np
from gensim.models import KeyedVectors
from safetensors.numpy import save_file

FOLDER = "Tests/ZooWorkflowsTests/Goldens/Vectors"
WORDS = ["the", "king", "queen", "Żółw", "new york", "3.14", "café"]
VECTORS = np.random.default_rng(7).normal(size=(len(WORDS), 5)).astype(np.float32)
VECTORS[2, 1], VECTORS[3, 0] = 1e-7, -0.0


def write():
    os.makedirs(FOLDER, exist_ok=True)
    path = lambda name: os.path.join(FOLDER, name)
    words = KeyedVectors(5)
    plain = [word.replace(" ", "_") for word in WORDS]
    words.add_vectors(plain, VECTORS)
    words.save_word2vec_format(path("words.txt"), binary=False)
    words.save_word2vec_format(path("words.bin"), binary=True)
    with open(path("glove.txt"), "w", encoding="utf-8") as file:
        for word, vector in zip(WORDS, VECTORS):
            file.write(word + " " + " ".join(repr(float(number)) for number in vector) + "\n")
    np.savetxt(path("matrix.txt"), VECTORS)
    np.savetxt(path("tensors.tsv"), VECTORS, fmt="%.9g", delimiter="\t")
    with open(path("metadata.tsv"), "w", encoding="utf-8") as file:
        file.write("index\tword\n" + "".join(f"{index}\t{word}\n" for index, word in enumerate(WORDS)))
    with open(path("names.txt"), "w", encoding="utf-8") as file:
        file.write("".join(word + "\n" for word in WORDS))
    VECTORS.tofile(path("tensors.bytes"))
    np.save(path("plain.npy"), VECTORS)
    np.save(path("double.npy"), VECTORS.astype(np.float64))
    np.save(path("half.npy"), VECTORS.astype(np.float16))
    np.savez(path("named.npz"), vectors=VECTORS, words=np.array(WORDS), counts=np.arange(len(WORDS)))
    named = np.load(path("named.npz"))
    np.savez_compressed(path("compressed.npz"), **{name: named[name] for name in named.files})
    np.savez(path("two.npz"), a=VECTORS, b=VECTORS[:, :3])
    save_file({"embedding.weight": VECTORS, "bias": VECTORS[:, 0].copy()}, path("one.safetensors"))
    # What numpy and gensim read back, as bits.
    back = KeyedVectors.load_word2vec_format(path("words.txt"), binary=False)
    bits = lambda array: [[int(number) for number in row] for row in np.asarray(array, np.float32).view(np.uint32)]
    with open(path("expected.json"), "w", encoding="utf-8") as file:
        json.dump(
            {
                "words": WORDS, "bits": bits(VECTORS), "text": bits(back.vectors),
                "half": bits(VECTORS.astype(np.float16).astype(np.float32)),
                "savetxt": bits(np.loadtxt(path("matrix.txt"), dtype=np.float32)),
            }, file, ensure_ascii=False, indent=1)


def check(folder):
    path = lambda name: os.path.join(folder, name)
    same = lambda array: np.array_equal(np.asarray(array, np.float32).view(np.uint32), VECTORS.view(np.uint32))
    assert same(np.load(path("out.npy")))
    words = KeyedVectors.load_word2vec_format(path("out.vec"), binary=False)
    assert same(words.vectors) and words.index_to_key == [word.replace(" ", "_") for word in WORDS]
    assert same(np.loadtxt(path("projector/tensors.tsv"), delimiter="\t", dtype=np.float32))
    lines = open(path("projector/metadata.tsv"), encoding="utf-8").read().splitlines()
    assert lines[0] == "label\tkey" and [line.split("\t")[0] for line in lines[1:]] == WORDS
    import csv

    rows = list(csv.reader(open(path("out.csv"), encoding="utf-8")))
    assert [row[0] for row in rows[1:]] == WORDS and same(np.array([row[2:] for row in rows[1:]], np.float32))
    print("all equal")


write() if len(sys.argv) == 1 else check(sys.argv[2])
