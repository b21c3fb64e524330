"""A site of another origin, with a page that contains the element `<rag-chat>`."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A city's policies</title>
  <link rel="icon" href="data:,">
  <script type="module" src="{service}/ui/rag-chat.js"></script>
  <style>
    :root {{ color-scheme: light dark; }}
    body {{ margin: 0 auto; padding: 1rem; max-width: 44rem; font: 1rem/1.5 sans-serif; }}
    h2, li {{ color: red; }}
    {style}
  </style>
</head>
<body>
  <main>
    <h1>Our policies</h1>
    <rag-chat endpoint="{service}" {attributes}></rag-chat>
  </main>
</body>
</html>
"""

app = FastAPI()


@app.get("/")
def index(service: str, attributes: str = "", style: str = "") -> HTMLResponse:
    return HTMLResponse(_PAGE.format(service=service, attributes=attributes, style=style))
