# The service's image:
#
#   docker build --build-arg TORCH_INDEX=<address> --tag rag-policy .
#
# TORCH_INDEX is the package index that serves CPU builds of torch. PyPI's own build for Linux brings gigabytes of CUDA,
# which a service without a GPU never runs, so whoever builds the image names the index, and a build with CUDA fails.

FROM python:3.12-slim AS build

ARG TORCH_INDEX
RUN : "${TORCH_INDEX:?is not set: pass --build-arg TORCH_INDEX=<the index that serves CPU builds of torch>}" \
    && python -m venv /opt/rag
ENV PATH=/opt/rag/bin:$PATH

# torch comes first, in a layer of its own: it is the largest, and changes least often.
WORKDIR /src
COPY constraints.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --extra-index-url "$TORCH_INDEX" -c constraints.txt torch

COPY pyproject.toml README.md LICENSE ./
COPY prompts ./prompts
COPY src ./src
RUN --mount=type=cache,target=/root/.cache/pip \
    pip wheel --no-deps --wheel-dir /wheels . \
    && pip install --extra-index-url "$TORCH_INDEX" -c constraints.txt /wheels/*.whl

# What TORCH_INDEX served is known by what came with it.
RUN pip list --format=freeze > /tmp/packages \
    && if grep -E '^(nvidia|cuda)-' /tmp/packages; then echo 'CUDA came with torch: check TORCH_INDEX' >&2; exit 1; fi


FROM python:3.12-slim

# The ids are fixed, so that a volume written by one build of the image can be read by the next.
RUN groupadd --gid 10001 rag \
    && useradd --uid 10001 --gid rag --no-create-home --home-dir /var/lib/rag --shell /usr/sbin/nologin rag \
    && install --directory --owner rag --group rag /var/lib/rag /var/lib/rag/index

COPY --from=build /opt/rag /opt/rag

# The model's weights come in a package: nothing is to be fetched at run time.
ENV PATH=/opt/rag/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    RAG_INDEX_DIR=/var/lib/rag/index

USER 10001:10001
WORKDIR /var/lib/rag
VOLUME /var/lib/rag/index
EXPOSE 8000

# An answer of 503 raises, and so does no answer. The empty ProxyHandler keeps the probe off any proxy of the host's.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]

ENTRYPOINT ["rag"]
CMD ["serve", "--host", "0.0.0.0"]
