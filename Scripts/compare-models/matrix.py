"""Every file of other programs that the scripts of this folder make, imported by one zoo: equal, refused with the reason, or OTHER.

Run: python Scripts/compare-models/matrix.py .build/release/zoo [--keras2 PYTHON] [--output FILE]
The Python that runs it has fastai, timm, torchvision, Keras 3, scikit-surprise, implicit, libmf; that of --keras2 has TensorFlow 2.15,
without which its files are left out. Prints the table, writes it with all files to --output as Markdown, and exits with 1 where a file
is OTHER, or a script ends without having come to its end.
"""
import argparse
import collections
import os
import pathlib
import subprocess
import sys

from report import OUTCOMES

HERE = pathlib.Path(__file__).parent


def run(script, python, zoo):
    """The files of a script, as it tells of them, and whether it came to its end."""
    print(f"== {script}", flush=True)
    started = subprocess.Popen([python, str(HERE / script), zoo], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "KERAS_BACKEND": "torch", "TF_CPP_MIN_LOG_LEVEL": "3"})
    files = []
    out, error = started.communicate()
    for text in out.splitlines():
        print(text, flush=True)
        if text.split(" ")[0] in OUTCOMES:
            files.append((text[:8].strip(), text[8:32].strip(), text[32:68].strip(), text[69:].strip()))
    failed = sum(outcome == "OTHER" for outcome, *_ in files)
    ended = bool(files) and (started.returncode != 0) == (failed > 0)
    if not ended:
        print(error[-2000:], flush=True)
    return files, ended


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("zoo")
    options.add_argument("--keras2", help="a Python with TensorFlow 2.15")
    options.add_argument("--output", type=pathlib.Path)
    options = options.parse_args()
    zoo = str(pathlib.Path(options.zoo).resolve())
    runs = [(script, sys.executable) for script in (
        "recommender_models.py", "fastai_models.py", "torch_images.py", "keras_text_models.py", "keras_models.py")]
    if options.keras2:
        runs += [("keras_text_models.py", options.keras2), ("keras_models.py", options.keras2)]
    files, is_whole = [], True
    for script, python in runs:
        found, ended = run(script, python, zoo)
        files += found
        is_whole &= ended
    table = ["| program | files | equal, largest difference | refused | other |", "|---|---|---|---|---|"]
    programs = collections.defaultdict(list)
    for file in files:
        programs[file[1]].append(file)
    programs["all"] = files
    for program, rows in programs.items():
        differences = [float(detail.split()[0]) for outcome, _, _, detail in rows if outcome == "equal"]
        count = collections.Counter(outcome for outcome, *_ in rows)
        table.append(f"| {program} | {len(rows)} | {count['equal']}{f', {max(differences):.1e}' if differences else ''} "
                     f"| {count['refused']} | {count['OTHER']} |")
    print("\n".join(table))
    if options.output:
        all_files = [f"| {program} | {name} | {outcome} | {detail.replace('|', '/')} |" for outcome, program, name, detail in files]
        options.output.write_text("\n".join(
            table + ["", "| program | file | outcome | largest difference, or reason |", "|---|---|---|---|"] + all_files) + "\n")
    sys.exit(0 if is_whole and not any(outcome == "OTHER" for outcome, *_ in files) else 1)


if __name__ == "__main__":
    main()
