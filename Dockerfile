# The service's image:
#
#   docker build --tag rag-policy .
#
# torch comes from PyTorch's index of CPU builds, or from TORCH_INDEX. tools/install.py explains how.

FROM python:3.12-slim AS build

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
    python tools/install.py --no-editable /opt/rag .


FROM python:3.12-slim

# The ids are fixed, so that the next build of the image can read the volume.
RUN groupadd --gid 10001 rag \
    && useradd --uid 10001 --gid rag --no-create-home --home-dir /var/lib/rag --shell /usr/sbin/nologin rag \
    && install --directory --owner rag --group rag /var/lib/rag /var/lib/rag/index

COPY --from=build /opt/rag /opt/rag

# The model's weights are in a package, so the service downloads nothing at run time.
ENV PATH=/opt/rag/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    RAG_INDEX_DIR=/var/lib/rag/index

USER 10001:10001
WORKDIR /var/lib/rag
VOLUME /var/lib/rag/index
EXPOSE 8000

# The probe raises an error on status 503 or without a response. The empty ProxyHandler ignores proxies of the host.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]

ENTRYPOINT ["rag"]
CMD ["serve", "--host", "0.0.0.0"]
