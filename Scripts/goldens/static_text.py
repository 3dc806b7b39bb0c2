"""Static text models beside model2vec and tokenizers.

Run from the repository's root, with model2vec 0.10.0, tokenizers 0.23.3 and sentencepiece 0.2.3 installed:

python Scripts/goldens/static_text.py                      writes Tests/ZooEmbeddingsTests/Goldens/static-text.json
python Scripts/goldens/static_text.py texts N FILE.sqlite  writes N texts into a table 'texts' of a database
python Scripts/goldens/static_text.py compare FOLDER FILE.sqlite FILE.csv
                                                           compares what 'zoo embed … -o FILE.csv' wrote with model2vec

The texts are of many scripts, with marks in all orders, control characters, characters at random, very long words, and nothing
but blanks. The golden file has small models, each as the files that model2vec wrote, and for each text the tokens and the vector.
"""
import base64
import csv
import json
import pathlib
import random
import sqlite3
import sys
import tempfile

import model2vec
import numpy as np
import tokenizers
from model2vec import StaticModel
from tokenizers import AddedToken, Regex, Tokenizer, models, trainers
from tokenizers import normalizers as N
from tokenizers import pre_tokenizers as P

SEED = 7
WORDS = {
    "latin": "the of and to in is was for on that by this with from at are it as have an were not be which one also has new two city film first school used born known after time music people world year team river",
    "accents": "café naïve Straße Übergröße façade piñata Łódź Ångström œuvre Þór crème brûlée İstanbul ığdır ĐỒNG Việt ﬁnance ﬂow ß ẞ Ǆ ǆ",
    "cyrillic": "Москва город река время человек школа фильм музыка команда первый ЁЛКА ёлка й Київ їжак Ґанок Љубав",
    "greek": "Αθήνα πόλη ποταμός χρόνος άνθρωπος ΟΔΟΣ Ὀδυσσεύς ᾳ μῆνιν ἄειδε",
    "arabic": "مدينة نهر وقت إنسان مدرسة ٱلْعَرَبِيَّة لا الله ١٢٣ ـــ کتاب یک",
    "hebrew": "עיר נהר שָׁלוֹם זמן אדם בית ירושלים",
    "devanagari": "नगर नदी समय मनुष्य विद्यालय हिन्दी क्षत्रिय १२३ ।",
    "thai": "เมือง แม่น้ำ เวลา มนุษย์ โรงเรียน ภาษาไทย ๑๒๓",
    "chinese": "北京 城市 河流 时间 人 学校 電影 音樂 團隊 第一 。 ， 「你好」 豈 㐀 𠀀 ｶﾀｶﾅ",
    "japanese": "東京 都市 川 時間 ひらがな カタカナ がぎぐげご ｶﾞ ー 々 〜 ㍻ ㈱",
    "korean": "서울 도시 강 시간 사람 학교 한국어 각 ᄀᆞᆷ",
    "emoji": "😀 👍🏽 👨‍👩‍👧‍👦 🇩🇪 🏳️‍🌈 ❤️ ✈ 1️⃣ 🧑🏿‍🚀 🫠",
    "symbols": "... !! ?! -- — – “x” ‘y’ $5.00 €3 100% a/b c++ @user #tag http://x.org/a?b=c&d=1 [CLS] [UNK] [PAD] <s> </s> <unk> <day> [x] ▁ x▁y ½ ² ™ ① Ⅷ ﷺ a_b it's don't U.S.A. _ __ ` ~ ^ ⟨x⟩ ꘎ ⸼ ࠰ ៚",
}
WORDS = {name: words.split() for name, words in WORDS.items()}
WORDS["marks"] = ["e\u0301", "a\u0323\u0302", "a\u0302\u0323", "q\u0307\u0323", "\u0301x", "o\u0308\u0304", "\u0915\u094d\u0937", "\u1100\u1161\u11a8", "Z\u0351\u036b\u0343\u036a", "\u1e69", "s\u0323\u0307", "\u212b", "\u2126", "\uf900", "\u0344", "\U0001d15e", "\u302a\u302e"]
WORDS["controls"] = ["a\x00b", "\x07", "x\u00ady", "\u200bz", "\u200d", "\ufeff", "\x7f", "\x85", "\u2028", "a\tb", "c\r\nd", "\ufffd", "\ue000", "\x1b[0m", "\u061c", "\u00a0", "\u3000", "\u2003", "\u180e", "\u0600\u0661", "\r", "\n"]
BLOCKS = [(0x20, 0x7F), (0xA0, 0x600), (0x900, 0xE00), (0x1E00, 0x2800), (0x3000, 0xD000), (0xF900, 0xFFFF), (0x10000, 0x1FB00)]


def texts(count, length):
    draw = random.Random(SEED)
    result = ["", " ", "\n\t \u3000", "\x00" * 50, "a" * 100, "a" * 101, "é" * 120, "的" * 60, "x " * 60, "!" * 70, "\u0301" * 20, "👨‍👩‍👧‍👦" * 8, "?! x", " ? x"]
    if length > 10:
        result += ["ab" * 5000, "的" * 1200, "x " * 2000, "word " * 600 + "[UNK]", "!" * 700, "\u0301" * 200, "👨‍👩‍👧‍👦" * 80]
    kinds = list(WORDS)
    while len(result) < count:
        main, words = draw.choice(kinds), []
        for _ in range(int(draw.expovariate(1 / length)) + 1):
            word = draw.choice(WORDS[main if draw.random() < 0.75 else draw.choice(kinds)])
            way = draw.random()
            if way < 0.06:
                word = word.upper()
            elif way < 0.12:
                word = word.capitalize()
            elif way < 0.16:
                word += draw.choice([",", ".", "!", "?", ";", ":", "…", "。"])
            elif way < 0.18:
                word = "".join(chr(draw.randrange(*draw.choice(BLOCKS))) for _ in range(draw.randrange(1, 9)))
            elif way < 0.19:
                word = word * draw.randrange(2, 40 if length > 10 else 5)
            elif way < 0.22:
                word = str(draw.randrange(10 ** draw.randrange(1, 9)))
            words.append(word)
        result.append(draw.choice([" ", " ", " ", " ", "", "  ", "\n"]).join(words))
    return [text.encode("utf8", "ignore").decode() for text in result]


def small_models(corpus):
    """Tokenizers of every part that Zoo has, with the settings of their models."""

    def trained(model, trainer, normalizer, pre_tokenizer, corpus=corpus):
        tokenizer = Tokenizer(model)
        tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
        tokenizer.train_from_iterator(corpus, trainer)
        return tokenizer

    draw = random.Random(SEED)
    specials = ["[PAD]", "[UNK]", "[CLS]"]
    wordpiece = trained(
        models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=700, limit_alphabet=350, special_tokens=specials, show_progress=False),
        N.BertNormalizer(), P.BertPreTokenizer())
    yield "wordpiece", wordpiece, dict(normalize=True)

    cased = trained(
        models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=12), trainers.WordPieceTrainer(vocab_size=500, limit_alphabet=300, special_tokens=specials, continuing_subword_prefix="", show_progress=False),
        N.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False),
        P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_previous"), P.Digits(individual_digits=True)]))
    pieces = json.loads(cased.to_str())
    pieces["model"]["continuing_subword_prefix"] = ""
    cased = Tokenizer.from_str(json.dumps(pieces))
    cased.add_tokens([AddedToken("<day>", single_word=True), AddedToken("city", normalized=True), AddedToken("[x]", lstrip=True, rstrip=True, normalized=False)])
    yield "wordpiece-cased", cased, dict(quantized=40, max_length=None)

    # A small map in the form of sentencepiece's, which only its trainer writes.
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder, "rules.tsv")
        def rule(old, new):
            return " ".join(f"{ord(c):X}" for c in old) + "\t" + " ".join(f"{ord(c):X}" for c in new)
        pairs = [("\t", " "), ("\n", " "), ("\r", " "), ("\u3000", " "), ("\u00a0", " "), ("e\u0301", "é"), ("o\u0308", "ö"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("㈱", "(株)"), ("㍻", "平成"), ("½", "1/2"), ("™", "TM"), ("①", "1"), ("\u212b", "Å"), ("\x07", ""), ("\u00ad", ""), ("か\u3099", "が"), ("👍🏽", "👍"), ("ﷺ", "صلى الله عليه وسلم"), ("क", "ka"), ("❤", "<3")]
        rules.write_text("".join(rule(*p) + "\n" for p in pairs if p[0] != p[1]))
        lines = pathlib.Path(folder, "lines.txt")
        lines.write_text("\n".join(t.replace("\n", " ").replace("\0", "") for t in corpus if t.strip()))
        sentencepiece.SentencePieceTrainer.train(input=str(lines), model_prefix=folder + "/m", vocab_size=600, hard_vocab_limit=False, character_coverage=0.98, normalization_rule_tsv=str(rules), minloglevel=2, max_sentence_length=20000)
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(pathlib.Path(folder, "m.model").read_bytes())
    # The rarest characters are left out, so that there are unknown ones.
    vocabulary = [(p.piece, p.score) for p in proto.pieces]
    vocabulary = [v for place, v in enumerate(vocabulary) if place < 3 or len(v[0]) > 1 or place % 3]
    unigram = Tokenizer(models.Unigram(vocabulary, 0, False))
    unigram.normalizer = N.Sequence([N.Precompiled(proto.normalizer_spec.precompiled_charsmap), N.Replace(Regex(" {2,}"), " ")])
    unigram.pre_tokenizer = P.Metaspace(prepend_scheme="always")
    unigram.add_special_tokens([AddedToken("<s>", normalized=False), AddedToken("<mask>", lstrip=True, normalized=False)])
    yield "unigram", unigram, dict(normalize=True, max_length=20)

    several = trained(
        models.Unigram(), trainers.UnigramTrainer(vocab_size=450, unk_token="<unk>", special_tokens=["<unk>"] + [f"<0x{b:02X}>" for b in range(256)], show_progress=False, max_piece_length=6),
        N.Sequence([N.Nmt(), N.NFKC(), N.Lowercase(), N.Replace("?", " ? "), N.Replace(Regex(r"\s+"), " "), N.Strip()]),
        P.Metaspace(prepend_scheme="first", split=False),
        [" ".join(draw.choices(WORDS["latin"] + WORDS["greek"], k=8)) + "?" for _ in range(500)])
    pieces = json.loads(several.to_str())
    pieces["model"]["byte_fallback"] = True
    yield "unigram-bytes", Tokenizer.from_str(json.dumps(pieces)), dict()

    words = trained(
        models.WordLevel(unk_token="<unk>"), trainers.WordLevelTrainer(vocab_size=400, special_tokens=["<unk>"], show_progress=False),
        N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase()]), P.Sequence([P.Whitespace(), P.Digits(individual_digits=False)]))
    yield "words", words, dict(normalize=True, max_length=None)

    mixed = trained(
        models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=400, limit_alphabet=250, special_tokens=specials, show_progress=False),
        N.Sequence([N.NFKD(), N.NFC(), N.Prepend("a "), N.Strip(left=False)]),
        P.Sequence([P.CharDelimiterSplit(" "), P.Split("-", "merged_with_next"), P.Split(Regex(r"\s+"), "removed"), P.Split("o", "isolated", invert=True), P.Punctuation("contiguous")]))
    yield "mixed", mixed, dict(normalize=False)


def golden():
    corpus, result = texts(3000, 8), []
    sample = texts(170, 6)
    for name, tokenizer, settings in small_models(corpus):
        draw = np.random.default_rng(SEED)
        count = len(tokenizer.get_vocab())
        rows = settings.pop("quantized", count)
        extra = {} if rows == count else dict(weights=draw.uniform(0.2, 2, count).astype("f4"), token_mapping=draw.integers(0, rows, count))
        model = StaticModel(draw.normal(size=(rows, 4)).astype("f4"), tokenizer, **settings, **extra)
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            model = StaticModel.from_pretrained(folder)
            files = {f: pathlib.Path(folder, f).read_bytes() for f in ["model.safetensors", "tokenizer.json", "config.json"]}
        cut = sample if model.max_length is None else [t[: model.max_length * model.median_token_length] for t in sample]
        stream = [number for ids in model.tokenize(cut) for number in ids + [0xFFFF]]
        encoded = lambda array: base64.b64encode(array.tobytes()).decode()
        result.append(dict(
            name=name, tokenizer=files["tokenizer.json"].decode(), config=files["config.json"].decode(),
            weights=base64.b64encode(files["model.safetensors"]).decode(), tokens=encoded(np.array(stream, "<u2")),
            vectors=encoded(model.encode(sample).astype("<f4"))))
        print(name, count, len(stream), sum(len(v) for v in result[-1].values()))
    content = dict(
        script="Scripts/goldens/static_text.py", seed=SEED, library=f"model2vec {model2vec.__version__}, tokenizers {tokenizers.__version__}",
        texts=sample, models=result)
    pathlib.Path("Tests/ZooEmbeddingsTests/Goldens/static-text.json").write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")


def compare(folder, database, file):
    csv.field_size_limit(1 << 30)
    rows = [row for row in sqlite3.connect(database).execute("SELECT text FROM texts ORDER BY id")]
    real = StaticModel.from_pretrained(folder).encode([text for (text,) in rows]).astype(float)
    with open(file, newline="") as lines:
        ours = np.array([row[2:] for row in list(csv.reader(lines))[1:]], float)
    norms = np.linalg.norm(real, axis=1), np.linalg.norm(ours, axis=1)
    empty = (norms[0] == 0) & (norms[1] == 0)
    cosines = np.where(empty, 1, (real * ours).sum(1) / np.maximum(norms[0] * norms[1], 1e-30))
    print(f"{len(rows)} texts, {empty.sum()} without a vector, least cosine {cosines.min():.7f}, below .9999: {(cosines < .9999).sum()}")
    for place in np.flatnonzero(cosines < 0.9999)[:10]:
        print(place, cosines[place], repr(rows[place][0][:100]))


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            golden()
        case ["texts", count, database]:
            connection = sqlite3.connect(database)
            connection.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT)")
            connection.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(texts(int(count), 14), 1))
            connection.commit()
        case ["compare", folder, database, file]:
            compare(folder, database, file)
        case _:
            sys.exit(__doc__)
