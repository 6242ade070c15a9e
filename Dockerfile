# okrdash in a container: docker compose up (compose.yaml), or docker build . and a volume at /data.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /opt/okrdash

# What testing needs stays out of it.
COPY requirements.txt .
RUN sed '/^# What testing needs/,$d' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin okrdash \
    && install -d -m 0700 -o okrdash -g okrdash /data

# The source belongs to root: who runs it can read it and change nothing.
COPY app.py ./
COPY .streamlit/config.toml .streamlit/
COPY pages pages
COPY okrdash okrdash
COPY data/demo data/demo
RUN chmod -R a=rX,u+w . && python -m compileall -q app.py okrdash pages

USER okrdash
ENV OKRDASH_DATABASE=/data/okrdash.duckdb OKRDASH_BACKUPS=/data/backups
VOLUME /data
EXPOSE 8501

# A start may bring the database to a newer version first.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=12)"]

CMD ["python", "-m", "okrdash", "serve", "--address", "0.0.0.0", "--port", "8501"]
