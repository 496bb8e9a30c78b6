# The standard PyPI build of torch: runs on a CPU, and on an NVIDIA GPU under `docker run --gpus all`.
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pyproject.toml setup.py constraints.txt README.md LICENSE ./
COPY src src
COPY resweep resweep
RUN python -m venv /opt/resweep && /opt/resweep/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.11-slim
COPY --from=build /opt/resweep /opt/resweep
COPY sweeps /opt/resweep/sweeps
ENV PATH=/opt/resweep/bin:$PATH
RUN useradd --create-home researcher
USER researcher
WORKDIR /home/researcher/work
# Mount a folder here: the store lies in it, and data/ in it is where images are looked for.
VOLUME /home/researcher/work
ENTRYPOINT ["resweep"]
CMD ["--help"]
