import streamlit as st
from openai import OpenAI


def words(messages):
    rag = OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="any")
    for part in rag.chat.completions.create(model="rag-markdown", messages=messages, stream=True):
        yield part.choices[0].delta.content or ""
        sources = part.model_extra.get("citations") or []
        yield from (f"\n\n[{one['marker']}] [{one['title']}]({one['link']}): “{one['quote']}”" for one in sources)


question, messages = st.chat_input(), st.session_state.setdefault("messages", [])
messages += [{"role": "user", "content": question}] if question else []
for one in messages:
    st.chat_message(one["role"]).markdown(one["content"])
if question:
    messages.append({"role": "assistant", "content": st.chat_message("assistant").write_stream(words(messages))})
