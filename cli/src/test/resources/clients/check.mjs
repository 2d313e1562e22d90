// OpenAI's Node client against a running demo: list, chat, stream, errors, leaving a stream in the middle.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const expected = process.env.MOLINK_EXPECTED;
const options = { baseURL: process.env.MOLINK_BASE_URL, maxRetries: 0 };
const client = new OpenAI({ ...options, apiKey: process.env.MOLINK_API_KEY });
const ask = (more = {}) =>
  client.chat.completions.create({
    model: 'molink-demo',
    messages: [{ role: 'user', content: 'What is MoLink?' }],
    temperature: 0,
    ...more,
  });

const models = await client.models.list();
assert.deepEqual(models.data.map((model) => model.id), ['molink-demo']);

const whole = await ask();
assert.equal(whole.choices[0].message.content, expected);
assert.equal(whole.choices[0].finish_reason, 'stop');

let text = '';
let usage;
for await (const chunk of await ask({ stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
assert.equal(text, expected);
assert.deepEqual(usage, whole.usage);

const stranger = new OpenAI({ ...options, apiKey: 'sk-nobody' });
await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
await assert.rejects(ask({ model: 'no-such-model' }), OpenAI.NotFoundError);
await assert.rejects(ask({ temperature: 9 }), OpenAI.BadRequestError);

const stream = await ask({ stream: true, max_completion_tokens: 1500, ignore_eos: true });
let seen = 0;
for await (const chunk of stream) {
  assert.equal(chunk.object, 'chat.completion.chunk');
  if (++seen === 3) break;
}
assert.equal((await ask()).choices[0].message.content, expected);
console.log('ok');
