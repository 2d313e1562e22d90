"""Computes what each request costs its tenant, from what the clients wrote down, with arithmetic of its own.

Arguments: the model's tokenizer.json, a file of transcripts (a JSON object a line), a file of prices (a JSON list).
Prints a JSON object of request ids and exact amounts; requests that cost nothing are left out. A transcript whose own
usage contradicts what was counted here ends the program with status 1.

Nothing is taken from the product but its answers: prompts are tokenised by Hugging Face's tokenizers, generated ids are
counted from the log-probabilities, one an id, plus the end id where that ended a choice. Of requests whose clients left,
the rows that the last stage has computed tell how far they came.
"""

import json
import sys
from fractions import Fraction

from tokenizers import Tokenizer


def price_of(prices, tenant, round_number):
    """The tenant's own version if there is one, else everybody's; of each the latest up to the round."""
    for owner in (tenant, None):
        versions = [p for p in prices if p["tenant"] == owner and p["round"] <= round_number]
        if versions:
            return max(versions, key=lambda p: p["round"])
    raise SystemExit(f"no price for {tenant} in round {round_number}")


def counts_of(transcript, prompt_tokens):
    """Prompt, cached and generated tokens that are charged."""
    cached = transcript["cached"]
    if transcript["kind"] == "finished":
        generated = sum(c["logprobs"] + (1 if c["finish"] == "stop" else 0) for c in transcript["choices"])
        usage = transcript["usage"]
        if usage != [prompt_tokens, generated]:
            raise SystemExit(f"{transcript['request']}: usage says {usage}, counted {[prompt_tokens, generated]}")
        return prompt_tokens, cached, generated
    rows = transcript["rows"]
    if rows == 0 or rows < prompt_tokens - cached:
        return 0, 0, 0  # it left before its prompt was computed
    return prompt_tokens, cached, rows - (prompt_tokens - cached) + 1


def amount_of(price, prompt, cached, generated):
    if prompt == 0 and generated == 0:
        return Fraction(0)
    exact = (
        (prompt - cached) * Fraction(price["prompt"])
        + cached * Fraction(price["cached"])
        + generated * Fraction(price["generated"])
    ) / 1_000_000
    return max(exact, Fraction(price["minimum"]))


def decimal_text(amount):
    """All prices are decimals, so every amount has finitely many digits: 12 of the price and 6 of the million."""
    scaled = amount * 10**18
    if scaled.denominator != 1:
        raise SystemExit(f"{amount} has more than 18 decimals")
    digits = str(scaled.numerator).rjust(19, "0")
    return digits[:-18] + "." + digits[-18:]


def main():
    tokenizer = Tokenizer.from_file(sys.argv[1])
    with open(sys.argv[3], encoding="utf-8") as file:
        prices = json.load(file)
    amounts = {}
    with open(sys.argv[2], encoding="utf-8") as file:
        for line in file:
            transcript = json.loads(line)
            prompt_tokens = len(tokenizer.encode(transcript["prompt"]).ids)
            price = price_of(prices, transcript["tenant"], transcript["round"])
            amount = amount_of(price, *counts_of(transcript, prompt_tokens))
            if amount > 0:
                amounts[transcript["request"]] = decimal_text(amount)
    print(json.dumps(amounts))


main()
