import chainlit as cl
from openai import AsyncOpenAI

rag = AsyncOpenAI(base_url="http://127.0.0.1:8000/v1", api_key="any")


@cl.on_message
async def answer(_: cl.Message) -> None:
    conversation, reply = cl.chat_context.to_openai(), cl.Message("")
    async for part in await rag.chat.completions.create(model="rag-markdown", messages=conversation, stream=True):
        await reply.stream_token(part.choices[0].delta.content or "")
        for one in part.model_extra.get("citations") or []:
            await reply.stream_token(f"\n\n[{one['marker']}] [{one['title']}]({one['link']}): “{one['quote']}”")
    await reply.send()
