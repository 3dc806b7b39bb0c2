"""What the scripts of this folder print of each file: a line that matrix.py counts."""
OUTCOMES = ("equal", "refused", "OTHER")


def line(program, file, outcome, detail):
    """Of one file: whether the answers are equal, with the largest difference, whether it is refused, with the reason, or neither."""
    assert outcome in OUTCOMES
    print(f"{outcome:8}{program.replace(' ', '-'):24}{file:36} {' '.join(str(detail).split())}", flush=True)
    return outcome == "OTHER"
