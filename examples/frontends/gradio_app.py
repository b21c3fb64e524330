import gradio
from openai import OpenAI

rag = OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="any")


def answer(question, earlier):
    messages, text = [*earlier, {"role": "user", "content": question}], ""
    for part in rag.chat.completions.create(model="rag-markdown", messages=messages, stream=True):
        text += part.choices[0].delta.content or ""
        for one in part.model_extra.get("citations") or []:
            text += f"\n\n[{one['marker']}] [{one['title']}]({one['link']}): “{one['quote']}”"
        yield text


gradio.ChatInterface(answer).launch()
