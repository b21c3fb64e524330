/** The npm package `ai` with `@ai-sdk/openai`, with `@ai-sdk/openai-compatible`, and with the transport of `useChat`. */

import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { DefaultChatTransport, generateText, readUIMessageStream, streamText } from "ai";

const [driver, baseUrl, question] = process.argv.slice(2);
const settings = { name: "rag", baseURL: `${baseUrl}/v1`, apiKey: "any" };

/** The SDK keeps no offsets. A source has an address and a title. */
function shown(api, stream, text, sources) {
  const citations = sources.map(({ url, title }) => ({ url, title }));
  console.log(JSON.stringify({ api, stream, text, citations }));
}

async function ask(api, model) {
  const whole = await generateText({ model, prompt: question });
  shown(api, false, whole.text, whole.sources);
  const pieces = streamText({ model, prompt: question });
  shown(api, true, await pieces.text, await pieces.sources);
}

/** Call the transport of `useChat` without a web page. */
async function chat() {
  const transport = new DefaultChatTransport({ api: `${baseUrl}/api/chat` });
  const messages = [{ id: "1", role: "user", parts: [{ type: "text", text: question }] }];
  const stream = await transport.sendMessages({ chatId: "chat", messages, trigger: "submit-message" });
  let message;
  for await (const state of readUIMessageStream({ stream, terminateOnError: true })) message = state;
  const marks = message.parts.find(({ type }) => type === "data-citations").data;
  const sources = message.parts.filter(({ type }) => type === "source-url");
  const text = message.parts.filter(({ type }) => type === "text").map(({ text }) => text).join("");
  const citations = marks.map(({ sourceId, start, end, quote }) => {
    const { url, title, providerMetadata } = sources.find((source) => source.sourceId === sourceId);
    if (providerMetadata.rag.quote !== quote) throw new Error(`source ${sourceId} has another quote`);
    return { url, title, start, end, quote };
  });
  console.log(JSON.stringify({ api: "ui", stream: true, text, citations }));
}

const openai = createOpenAI(settings);
const drivers = {
  openai: async () => {
    await ask("chat", openai.chat("rag"));
    await ask("responses", openai("rag"));
  },
  compatible: () => ask("chat", createOpenAICompatible(settings)("rag")),
  chat,
};
await drivers[driver]();
