# `docker build .` is for NVIDIA GPUs and CPUs: the standard PyPI build of torch, with CUDA's libraries.
# `docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu .` has none of CUDA.
FROM python:3.11-slim AS build
ARG TORCH_INDEX=""
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pyproject.toml setup.py constraints.txt README.md LICENSE ./
COPY src src
COPY sweeps sweeps
COPY resweep resweep
RUN python -m venv /opt/resweep \
    && /opt/resweep/bin/pip install --no-cache-dir -c constraints.txt \
        ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} torch torchvision \
    && /opt/resweep/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.11-slim
ARG TORCH_INDEX=""
# Triton compiles its kernels' launchers with a C compiler when it first runs; a CPU needs none.
# hadolint ignore=DL3008
RUN if [ -z "$TORCH_INDEX" ]; then \
        apt-get update \
        && apt-get install -y --no-install-recommends gcc libc6-dev \
        && rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=build /opt/resweep /opt/resweep
# Mount a folder at /work: the store lies in it, `./data` and its cache are where images are looked
# for, and `data fetch` fills the cache. A folder of another user works with --user "$(id -u)", and
# names a user, since torch asks for one that the image need not know.
ENV PATH=/opt/resweep/bin:$PATH \
    HOME=/work \
    USER=researcher \
    XDG_CACHE_HOME=/work/.cache
RUN useradd --uid 1000 --no-create-home researcher \
    && install -d -o researcher -m 1777 /work
WORKDIR /work
USER 1000
VOLUME /work
ENTRYPOINT ["resweep"]
CMD ["--help"]
