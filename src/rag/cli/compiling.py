"""The command `rag compile`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compile_model(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder; it is created if it does not exist.")],
) -> None:
    """Compile the model of RAG_ENCODER into a folder, for a machine without torch.

    On that machine, set RAG_COMPILED_MODELS to the folder.
    """
    from rag.settings import load
    from rag.wiring import compile_encoder

    settings = load()
    compiled = compile_encoder(settings, folder)
    print(f"{settings.encoder}: {compiled or 'nothing to compile'}")
