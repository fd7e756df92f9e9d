FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/efface && /opt/efface/bin/pip install --no-cache-dir '.[pdf]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 efface && install -d -o efface -g efface -m 700 /data
COPY --from=build /opt/efface /opt/efface
ENV PATH=/opt/efface/bin:$PATH EFFACE_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1
USER efface
VOLUME /data
EXPOSE 8000
CMD ["efface", "serve", "--host", "0.0.0.0"]
