#!/usr/bin/env python3
"""`glossator evaluate` against the reference scorers: evaluate.py GLOSSATOR SCORING.

Scores tests/evaluate/gold.jsonl twice: against stored predictions full of every sort of error, and against
what the program itself finds in the texts. All figures that both sides have must be the same after the
rounding of the reference."""

import json
import pathlib
import subprocess
import sys
import tempfile

program, scoring = sys.argv[1], pathlib.Path(sys.argv[2])
own = pathlib.Path(__file__).resolve().parents[2] / "tests" / "evaluate"
gold = own / "gold.jsonl"
compared = 0
failures = []


def output(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def compare(where, reference, ours):
    """Every figure of ours against the reference's, rounded as that is."""
    global compared
    if isinstance(ours, dict):
        for key, value in ours.items():
            if key not in reference:
                failures.append(f"{where}.{key}: the reference has no such figure")
            else:
                compare(f"{where}.{key}", reference[key], value)
        return
    compared += 1
    # Half a unit of the last digit that the reference prints, and no more.
    slack = {"quotes": 0.005, "entities": 0.00005}.get(where.split(".")[1], 0.0) + 1e-9
    if abs(reference - ours) > slack:
        failures.append(f"{where}: reference {reference}, ours {ours}")


def check(name, predicted, ours):
    sentences = json.loads(
        output(sys.executable, scoring / "score_sentences.py", "--gold", gold, "--pred", predicted, "--json")
    )
    compare(f"{name}.sentences", sentences, ours["sentences"])
    entities = output(sys.executable, scoring / "score_ner.py", gold, predicted)
    compare(f"{name}.entities", json.loads(entities.splitlines()[0]), ours["entities"]["own"])
    quotes = output(sys.executable, scoring / "score_quotes.py", gold, predicted)
    compare(f"{name}.quotes", json.loads(quotes.splitlines()[-1]), ours["quotes"]["own"])


stored = own / "predicted.jsonl"
check("stored", stored, json.loads(output(program, "evaluate", gold, "--predicted", stored, "--format", "json")))
with tempfile.TemporaryDirectory() as folder:
    saved = pathlib.Path(folder) / "predicted.jsonl"
    ours = json.loads(output(program, "evaluate", gold, "--save", saved, "--format", "json"))
    check("found", saved, ours)

for failure in failures:
    print(failure)
if compared < 50:
    failures.append("too little was compared")
    print(f"only {compared} figures were compared")
print(f"{compared} figures compared, {len(failures)} differ")
sys.exit(bool(failures))
