"""OpenAI's Python client against a running demo: list, chat, stream, errors, leaving a stream in the middle."""
import os

import openai

EXPECTED = os.environ["MOLINK_EXPECTED"]
QUESTION = [{"role": "user", "content": "What is MoLink?"}]
client = openai.OpenAI(base_url=os.environ["MOLINK_BASE_URL"], api_key=os.environ["MOLINK_API_KEY"], max_retries=0)


def raises(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} expected")


def ask(**more):
    return client.chat.completions.create(**{"model": "molink-demo", "messages": QUESTION, "temperature": 0, **more})


assert [model.id for model in client.models.list()] == ["molink-demo"]
assert client.models.retrieve("molink-demo").object == "model"

whole = ask()
assert whole.choices[0].message.content == EXPECTED, whole
assert whole.choices[0].finish_reason == "stop"
assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens

chunks = list(ask(stream=True, stream_options={"include_usage": True}))
assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == EXPECTED
assert [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason] == ["stop"]
assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens and chunks[-1].choices == []
assert len({c.id for c in chunks}) == 1

two = ask(n=2, temperature=1, seed=7, max_completion_tokens=12)
again = ask(n=2, temperature=1, seed=7, max_completion_tokens=12)
assert [c.message.content for c in two.choices] == [c.message.content for c in again.choices]
assert [c.index for c in two.choices] == [0, 1]

text = client.completions.create(model="molink-demo", prompt=["12 + 30 =", "The capital of"], max_tokens=4, temperature=0)
assert [c.index for c in text.choices] == [0, 1]

stranger = client.with_options(api_key="sk-nobody")
assert raises(openai.AuthenticationError, lambda: stranger.models.list()).code == "invalid_api_key"
assert raises(openai.NotFoundError, lambda: ask(model="no-such-model")).code == "model_not_found"
assert raises(openai.BadRequestError, lambda: ask(temperature=9)).param == "temperature"
assert raises(openai.BadRequestError, lambda: ask(messages=[{"role": "user", "content": "word " * 4000}])).code == "context_length_exceeded"

with ask(stream=True, max_completion_tokens=1500, extra_body={"ignore_eos": True}) as stream:
    for _, chunk in zip(range(3), stream):
        assert chunk.object == "chat.completion.chunk"
assert ask().choices[0].message.content == EXPECTED
print("ok")
