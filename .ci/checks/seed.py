#!/usr/bin/env python3
"""Holds the program to the gold annotations of the seed article.

usage: seed.py PROGRAM SEED_FOLDER

What must be right: every sentence, the dateline, every stretch between marks, the kind, cue, speaker and link
of every direct and mixed quote, the words, cue and speaker of the indirect ones unless they are optional, and
every PERSON, LOCATION, GROUP, DATE and DURATION mention that is not optional, the
times with their values. Prints what is not, and closes with a count.
The article itself is never printed beyond the words at fault.
"""

import json
import pathlib
import subprocess
import sys

TYPES = {"PERSON", "LOCATION", "GROUP", "DATE", "DURATION"}


def span(message):
    """A span of the reply as a pair of offsets; proto3 JSON leaves zeros out."""
    return message.get("startOffset", 0), message["endOffset"]


def touch(ours, theirs):
    """Whether two lists of pairs have a byte in common."""
    return any(max(a, c) < min(b, d) for a, b in ours for c, d in theirs)


def cue_of(quote):
    """The cue of a quote, as a list of pairs."""
    return [span(quote["cueSpan"])] if "cueSpan" in quote else []


def annotate(program, article):
    """The reply's header and its annotations by kind."""
    command = [program, "annotate", "--format", "jsonl", "--input-format", "text", str(article)]
    reply = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    by_kind = {"sentence": [], "quote": [], "entity": []}
    for annotation in reply.get("annotations", []):
        for kind, found in by_kind.items():
            if kind in annotation:
                found.append(annotation[kind] | {"id": annotation["id"]})
    return reply["header"], by_kind


def problems(gold, header, found):
    raw = gold["text"].encode()

    def words(pair):
        return repr(raw[pair[0] : pair[1]].decode())

    dateline = header.get("dateline", {})
    if not dateline or span(dateline["span"]) != tuple(gold["dateline"]["span"]):
        yield f"dateline: {dateline}"
    else:
        day = dateline.get("date", {})
        day = f"{day.get('year', 0):04}-{day.get('month', 0):02}-{day.get('day', 0):02}"
        if day != gold["dateline"]["date"] or dateline.get("place") != gold["dateline"]["place"]:
            yield f"dateline: {dateline.get('place')} {day}"

    sentences = [span(sentence["span"]) for sentence in found["sentence"]]
    wanted = [tuple(pair) for pair in gold["sentences"]]
    for pair in sorted(set(wanted) ^ set(sentences)):
        yield f"sentence {'missed' if pair in wanted else 'spurious'}: {words(pair)[:60]}"

    # Marks belong to the gold's stretches, and not to the contract's.
    quoted = {}
    for quote in found["quote"]:
        for stretch in quote.get("quotedSpans", []):
            quoted[span(stretch)] = quote
    quote_of, ids = {}, {}
    for start, end in map(tuple, gold["quoted"]):
        inner = (start + len("“".encode()), end - len("”".encode()))
        quote_of[start, end] = quoted.get(inner)
        if inner not in quoted:
            yield f"quoted stretch missed: {words((start, end))[:60]}"

    for quote in gold["quotes"]:
        if quote["kind"] not in ("direct", "mixed"):
            continue
        for pair in map(tuple, quote["quoted"]):
            ours = quote_of.get(pair) or {}
            names = [speaker.get("canonicalName", "") for speaker in ours.get("speakers", [])]
            if names != [quote["speaker_name"]]:
                yield f"speaker of {words(pair)[:40]}: {names}, not {quote['speaker_name']}"
            kind = ours.get("type", "").removeprefix("QUOTE_TYPE_").lower()
            if ours and kind != quote["kind"]:
                yield f"kind of {words(pair)[:40]}: {kind}, not {quote['kind']}"
            if ours and not touch(cue_of(ours), quote["cue"]):
                yield f"cue of {words(pair)[:40]}: {[words(cue) for cue in cue_of(ours)]}"
            ids[quote["id"]] = ours.get("id")
            if ours and ours.get("continuesQuoteId") != ids.get(quote.get("continues")):
                yield f"link of {words(pair)[:40]}: {ours.get('continuesQuoteId')}"

    for quote in gold["quotes"]:
        if quote["kind"] != "indirect" or quote.get("optional"):
            continue
        near = [ours for ours in found["quote"] if touch(cue_of(ours), quote["cue"])]
        near = [ours for ours in near if touch([span(part) for part in ours["contentSpans"]], quote["content"])]
        names = [speaker.get("canonicalName", "") for ours in near for speaker in ours.get("speakers", [])]
        if quote["speaker_name"] not in names:
            yield f"report {words(quote['content'][0])[:40]}: {names}, not {quote['speaker_name']}"

    mentions = {}
    for entity in found["entity"]:
        for mention in entity["mentions"]:
            mentions[span(mention["span"])] = entity
    for entity in gold["entities"]:
        if entity["type"] not in TYPES or entity.get("optional"):
            continue
        pair = entity["start"], entity["end"]
        ours = mentions.get(pair)
        if ours is None:
            near = [words(p) for p in mentions if p[0] < pair[1] and pair[0] < p[1]]
            yield f"{entity['type']} missed: {words(pair)} at {pair}, overlapping {near}"
            continue
        kind = ours["type"].removeprefix("ENTITY_TYPE_")
        if kind != entity["type"]:
            yield f"type of {words(pair)} at {pair}: {kind}, not {entity['type']}"
        value = ours.get("timeValue", {}).get("timex", "")
        if entity.get("value") and value != entity["value"]:
            yield f"value of {words(pair)} at {pair}: {value!r}, not {entity['value']!r}"
        if entity["type"] == "PERSON" and ours.get("canonicalName") != entity["name"]:
            yield f"name of {words(pair)} at {pair}: {ours.get('canonicalName')!r}"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    found = list(problems(gold, *annotate(program, folder / "article.txt")))
    for problem in found:
        print(problem)
    print(f"seed article: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
