# The service's image:
#
#   docker build --tag rag-policy .
#   docker run --publish 127.0.0.1:8000:8000 --volume rag-index:/var/lib/rag/index rag-policy
#
# Build arguments:
#
#   RAG_ENCODER    the model to compile into the image, as in the setting; the default model if empty
#   RAG_PACKAGES   `light` (the default) or `full`. `full` adds torch and sentence-transformers. They are needed for a
#                  model that cannot be compiled, and for a cross-encoder in RAG_RERANKER
#   TORCH_INDEX    an index of CPU builds of torch, if not PyTorch's. tools/install.py explains it
#
# A compiled model runs on any processor. It runs in bf16 only if that processor and the building machine support bf16.

ARG RAG_PACKAGES=light


# The tag and the digest must change together. The digest is that of the image for all platforms.
FROM python:3.12.14-slim-bookworm@sha256:392307d22300de8b5986851a12d9176dfc0fc073e65bf6523ebd7dcbeb23564e AS base


# All packages, with torch.
FROM base AS full

ARG TORCH_INDEX

# torch has its own layer, before all others, because it is the largest package and changes least often.
WORKDIR /src
COPY constraints.txt ./
COPY tools ./tools
RUN --mount=type=cache,target=/root/.cache/pip \
    python tools/install.py --no-editable /opt/rag torch

COPY pyproject.toml README.md LICENSE ./
COPY prompts ./prompts
COPY src ./src
RUN --mount=type=cache,target=/root/.cache/pip \
    python tools/install.py --no-editable /opt/rag '.[llm]'


# The compiled model. Its weights are here too, unless a package of the image has them.
FROM full AS models

ARG RAG_ENCODER
ARG RAG_PACKAGES

# A failure of `rag compile` stops the build, except with all packages, because the model then runs without compilation.
RUN mkdir --parents /opt/models/downloaded \
    && { HF_HOME=/opt/models/downloaded /opt/rag/bin/rag compile /opt/models/compiled || [ "$RAG_PACKAGES" = full ]; } \
    && mkdir --parents /opt/models/compiled


# The packages that a compiled model needs: without torch and the libraries that require it.
FROM base AS light

WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY tools ./tools
COPY prompts ./prompts
COPY src ./src
RUN --mount=type=cache,target=/root/.cache/pip \
    python tools/install.py --light --no-editable /opt/rag '.[llm]'


FROM ${RAG_PACKAGES} AS packages


FROM base

# The ids are fixed, so that the next build of the image can read the volume.
RUN groupadd --gid 10001 rag \
    && useradd --uid 10001 --gid rag --no-create-home --home-dir /var/lib/rag --shell /usr/sbin/nologin rag \
    && install --directory --owner rag --group rag /var/lib/rag /var/lib/rag/index /var/lib/rag/audit

COPY --from=packages /opt/rag /opt/rag
COPY --from=models /opt/models /opt/models

# The models are in the image, so the service downloads nothing at run time.
ENV PATH=/opt/rag/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HOME=/opt/models/downloaded \
    HF_HUB_OFFLINE=1 \
    RAG_COMPILED_MODELS=/opt/models/compiled \
    RAG_INDEX_DIR=/var/lib/rag/index

USER 10001:10001
WORKDIR /var/lib/rag
VOLUME /var/lib/rag/index
EXPOSE 8000

# The probe raises an error on status 503 or without a response. The empty ProxyHandler ignores proxies of the host.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open(f\"http://127.0.0.1:{os.environ.get('RAG_PORT') or 8000}/readyz\", timeout=4)"]

ENTRYPOINT ["rag"]
CMD ["serve", "--host", "0.0.0.0"]
