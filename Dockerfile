# One image for web, worker and beat; the command chooses.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# volumes take over the owner of the folders they are mounted on
RUN useradd --create-home --uid 10001 cover \
    && install -d -o cover -g cover /data /data/media /data/outbox
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY --chown=cover:cover . .
USER cover
ENV SINOSURE_STATE=/data PYTHONUNBUFFERED=1 PYTHONUTF8=1
RUN SINOSURE_DEMO=true python manage.py compile_translations \
    && SINOSURE_DEMO=true SINOSURE_COMPRESS=true python manage.py collectstatic --noinput
EXPOSE 8000
CMD ["gunicorn", "--config", "python:sinosure.gunicorn", "--bind", "0.0.0.0:8000"]
